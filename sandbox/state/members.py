"""Data classes of the simulated workspace (which Slack calls a team), its members and channels."""

from __future__ import annotations

from dataclasses import dataclass

BOT_USER = "U0BOT"
BOT_ID = "B0IMI"
APP_ID = "A0IMI"
TEAM_ID = "T0IMI"


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace, which Slack's API calls a team."""

    id: str = TEAM_ID
    name: str = "IMI network"
    domain: str = "imi-network"


@dataclass(frozen=True, slots=True)
class Member:
    """A person or bot in the workspace, with the profile fields that Slack shows apps."""

    id: str
    name: str
    real_name: str = ""
    email: str = ""
    locale: str = "en-US"
    tz: str = "Europe/Brussels"
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    team_id: str = TEAM_ID
    display_name: str = ""
    first_name: str | None = None
    last_name: str | None = None
    phone: str = ""
    is_admin: bool = False
    # When the member was last changed, in seconds; 0 means never, since the workspace began.
    updated: int = 0

    @property
    def given_name(self) -> str:
        """Return the profile's first name, by default the real name up to its first space."""
        default = self.real_name.partition(" ")[0]
        return default if self.first_name is None else self.first_name

    @property
    def family_name(self) -> str:
        """Return the profile's last name, by default the real name after its first space."""
        default = self.real_name.partition(" ")[2]
        return default if self.last_name is None else self.last_name


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel; `members` are member ids, `bot_in` says whether the app is in the channel."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    is_private: bool = False
    is_archived: bool = False
    bot_in: bool = True


def dm_id(member_id: str) -> str:
    """Return the id of the app's direct message with a member."""
    return f"D{member_id[1:]}"
