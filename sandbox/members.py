"""The people, channels and team of the workspace, as values."""

from __future__ import annotations

from dataclasses import dataclass

BOT_USER = "U0BOT"
BOT_ID = "B0IMI"
APP_ID = "A0IMI"
TEAM_ID = "T0IMI"


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace itself."""

    id: str = TEAM_ID
    name: str = "IMI network"
    domain: str = "imi-network"


@dataclass(frozen=True, slots=True)
class Member:
    """A person or bot in the workspace, with the flags Slack's profile carries."""

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

    @property
    def given_name(self) -> str:
        """Return the profile's first name; Slack splits the real name at the first space."""
        split = self.real_name.partition(" ")[0]
        return split if self.first_name is None else self.first_name

    @property
    def family_name(self) -> str:
        """Return the profile's last name, with the same rule."""
        split = self.real_name.partition(" ")[2]
        return split if self.last_name is None else self.last_name


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel; `members` are ids, and `bot_in` says whether the app was invited."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    is_private: bool = False
    is_archived: bool = False
    bot_in: bool = True


def dm_id(member_id: str) -> str:
    """Return the id of the app's direct message with a member."""
    return f"D{member_id[1:]}"
