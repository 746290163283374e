"""Builds and reads the input fields for a user's data, such as name and e-mail address."""

from dataclasses import dataclass, replace

from slackblocks import (
    Block,
    Element,
    EmailInput,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    StaticSelectMenu,
    UserSelectMenu,
)

from core.languages.tags import LANGUAGES, from_locale
from core.languages.texts import Texts, texts
from core.members.rules import Member, MemberKey, names_of
from core.text_lengths import LONGEST_PERSON_NAME
from core.users.names import proposed_name
from core.users.rules import UserForm
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.ui.role_checkboxes import checked_roles_in

MEMBER = "member"
FIRST_NAME = "first_name"
LAST_NAME = "last_name"
LANGUAGE = "language"
EMAIL = "email"
PHONE = "phone"
USERNAME = "username"

# Picking a member rewrites these; their block ids change, or Slack would keep the old input.
PROFILE_FIELDS = (FIRST_NAME, LAST_NAME, LANGUAGE, EMAIL)


@dataclass(frozen=True, slots=True)
class UserDraft:
    """The input of the form so far.

    `round` counts how often picking a member rewrote the form, `filled` is the member whose profile
    was used last, and `chosen` is the username typed in place of the proposed one.
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
    def awaits_profile(self) -> bool:
        """Return whether a member is picked whose profile is not in the form yet."""
        return bool(self.member) and self.member != self.filled

    def as_metadata(self) -> Json:
        """Return the draft as metadata of the second step."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def first_step_metadata(self) -> Json:
        """Return the part of the draft that has no field, as metadata of the first step."""
        return {"chosen": self.chosen, "filled": self.filled, "round": self.round}

    def as_form(self, team_id: str) -> UserForm:
        """Return the draft as a form for core to check."""
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


def draft_in_fields(form: SubmittedForm) -> UserDraft:
    """Read the draft from the fields of the first step."""
    return UserDraft(
        language=form.text(LANGUAGE),
        member=form.text(MEMBER),
        first_name=form.text(FIRST_NAME),
        last_name=form.text(LAST_NAME),
        email=form.text(EMAIL),
        phone=form.text(PHONE),
        roles=checked_roles_in(form),
        chosen=form.metadata_text("chosen"),
        filled=form.metadata_text("filled"),
        round=form.metadata_number("round"),
    )


def draft_in_metadata(form: SubmittedForm) -> UserDraft:
    """Read the draft from the metadata of the second step, and the username from its field."""
    roles = form.metadata.get("roles")
    proposed, username = form.metadata_text("username"), form.text(USERNAME)
    return UserDraft(
        language=form.metadata_text(LANGUAGE),
        member=form.metadata_text(MEMBER),
        first_name=form.metadata_text(FIRST_NAME),
        last_name=form.metadata_text(LAST_NAME),
        email=form.metadata_text(EMAIL),
        phone=form.metadata_text(PHONE),
        roles=tuple(map(str, roles)) if isinstance(roles, list) else (),
        username=username,
        chosen=username if username != proposed else form.metadata_text("chosen"),
        filled=form.metadata_text("filled"),
        round=form.metadata_number("round"),
    )


def filled_from_profile(draft: UserDraft, member: Member) -> UserDraft:
    """Return the draft filled in from the Slack profile; what the profile lacks stays as typed.

    Of the names only what is acceptable as a name is filled in (D32).
    """
    first, last = map(proposed_name, names_of(member))
    return replace(
        draft,
        first_name=first or draft.first_name,
        last_name=last or draft.last_name,
        email=member.email or draft.email,
        language=from_locale(member.locale) if member.locale else draft.language,
        filled=member.key.member_id,
        round=draft.round + 1,
    )


def block_id_of(action_id: str, round_: int) -> str:
    """Return the id of the block that holds the field."""
    return f"{action_id}:{round_}" if action_id in PROFILE_FIELDS else action_id


def member_pick_hint(language: str) -> str:
    """Return the hint that explains what picking a member does."""
    return texts(language).gettext(
        "Choosing a Slack member fills in name, e-mail and language; the username is"
        " sent to that member."
    )


def person_blocks(draft: UserDraft, t: Texts, *, picks: bool, member: str = MEMBER) -> list[Block]:
    """Return the fields of a person; `picks` if picking a member shall fill in the others.

    `member` is the action id of the member's field.
    """
    _ = t.gettext
    menu = UserSelectMenu(member, initial_user=draft.member or None)
    member_field = InputBlock(
        _("Slack member"),
        menu,
        dispatch_action=picks,
        block_id=member,
        hint=member_pick_hint(t.language) if picks else None,
        optional=True,
    )
    hint = _("Each user must have an e-mail address of their own.")
    phone = PlainTextInput(PHONE, initial_value=draft.phone or None)
    return [
        member_field,
        _input(draft, _("First name"), _line(FIRST_NAME, draft.first_name)),
        _input(draft, _("Last name"), _line(LAST_NAME, draft.last_name)),
        _input(draft, _("Working language"), _languages(draft, t)),
        _input(
            draft,
            _("E-mail"),
            EmailInput(EMAIL, initial_value=draft.email or None),
            hint=hint,
        ),
        InputBlock(_("Telephone"), phone, block_id=PHONE, optional=True),
    ]


def _input(draft: UserDraft, label: str, element: Element, hint: str | None = None) -> InputBlock:
    action_id = str(getattr(element, "action_id", ""))
    return InputBlock(label, element, block_id=block_id_of(action_id, draft.round), hint=hint)


def _line(action_id: str, text: str) -> PlainTextInput:
    return PlainTextInput(action_id, initial_value=text or None, max_length=LONGEST_PERSON_NAME)


def _languages(draft: UserDraft, t: Texts) -> StaticSelectMenu:
    options = {code: Option(PlainText(t.language_name(code)), code) for code in LANGUAGES}
    return StaticSelectMenu(
        LANGUAGE,
        options=list(options.values()),
        initial_option=options.get(draft.language),
    )
