"""The fields of the form for a new user: each id once, and how they are read."""

from dataclasses import dataclass, replace
from typing import Any

from core.languages.tags import from_locale
from core.limits import LONGEST_PERSON_NAME
from core.members.rules import Member, MemberKey, names_of
from core.users.rules import UserForm
from handlers.payloads import SubmittedForm
from handlers.roles.ticks import ADMIN as ADMIN
from handlers.roles.ticks import ROLES as ROLES
from handlers.roles.ticks import ticked_in

Json = dict[str, Any]

MEMBER = "member"
FIRST_NAME = "first_name"
LAST_NAME = "last_name"
LANGUAGE = "language"
EMAIL = "email"
PHONE = "phone"
USERNAME = "username"

# Picking a member writes these anew; Slack keeps what was typed unless the block's id changes.
PROFILE_FIELDS = (FIRST_NAME, LAST_NAME, LANGUAGE, EMAIL)


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form so far.

    `round` counts how often a pick rewrote it, `filled` is whose profile it was rewritten from,
    and `chosen` the username that the administrator wrote in place of the proposed one.
    """

    language: str
    member: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    roles: tuple[str, ...] = ()
    username: str = ""
    chosen: str = ""
    filled: str = ""
    round: int = 0

    @property
    def lags(self) -> bool:
        """Say whether a member is picked whose profile is not in the form yet."""
        return bool(self.member) and self.member != self.filled

    def as_metadata(self) -> Json:
        """Return the draft to travel with the second step."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def travelling(self) -> Json:
        """Return what travels with the first step, as it stands in none of its fields."""
        return {"chosen": self.chosen, "filled": self.filled, "round": self.round}

    def typed(self, team_id: str) -> UserForm:
        """Return what was typed, for the rules to check."""
        return UserForm(
            first_name=self.first_name,
            last_name=self.last_name,
            language=self.language,
            email=self.email,
            phone=self.phone,
            username=self.username,
            roles=self.roles,
            member=MemberKey(team_id, self.member) if self.member else None,
        )


def draft_in(form: SubmittedForm) -> Draft:
    """Read the first step."""
    return Draft(
        language=form.text(LANGUAGE),
        member=form.text(MEMBER),
        first_name=form.text(FIRST_NAME),
        last_name=form.text(LAST_NAME),
        email=form.text(EMAIL),
        phone=form.text(PHONE),
        roles=ticked_in(form),
        chosen=form.travelled("chosen"),
        filled=form.travelled("filled"),
        round=form.travelled_number("round"),
    )


def draft_of(form: SubmittedForm) -> Draft:
    """Read the second step: the draft that travelled with it, and the username as it stands now."""
    roles = form.metadata.get("roles")
    proposed, username = form.travelled("username"), form.text(USERNAME)
    return Draft(
        language=form.travelled(LANGUAGE),
        member=form.travelled(MEMBER),
        first_name=form.travelled(FIRST_NAME),
        last_name=form.travelled(LAST_NAME),
        email=form.travelled(EMAIL),
        phone=form.travelled(PHONE),
        roles=tuple(map(str, roles)) if isinstance(roles, list) else (),
        username=username,
        chosen=username if username != proposed else form.travelled("chosen"),
        filled=form.travelled("filled"),
        round=form.travelled_number("round"),
    )


def filled_from(draft: Draft, member: Member) -> Draft:
    """Return the draft with what the Slack profile says, and what it lacks as it was typed."""
    first, last = names_of(member)
    return replace(
        draft,
        first_name=first[:LONGEST_PERSON_NAME] or draft.first_name,
        last_name=last[:LONGEST_PERSON_NAME] or draft.last_name,
        email=member.email or draft.email,
        language=from_locale(member.locale) if member.locale else draft.language,
        filled=member.key.member_id,
        round=draft.round + 1,
    )


def block_of(action_id: str, round_: int) -> str:
    """Return the id of the block that holds the field."""
    return f"{action_id}:{round_}" if action_id in PROFILE_FIELDS else action_id
