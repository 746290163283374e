"""The form for a new user in its two steps; pure."""

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    Element,
    EmailInput,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    UserSelectMenu,
)

from core.languages.tags import LANGUAGES
from core.languages.texts import Texts, texts
from core.limits import LONGEST_PERSON_NAME
from core.role_keys import RoleKey
from handlers.blocks import Json, compact, drawn_view
from handlers.deliveries.messages import lines_of
from handlers.markdown import escaped, shortened
from handlers.roles.ticks import RoleCheckboxes
from handlers.roles.ticks import Setting as Setting
from handlers.users import fields
from handlers.users.fields import Draft, block_of

FORM = "adduser_form"
CHECK = "adduser_check"
BACK = "adduser_back"


def form(draft: Draft, setting: Setting, language: str, problem: str = "") -> Json:
    """Return the first step; `problem` is what made the person come back to it."""
    t = texts(language)
    blocks: list[Block] = [SectionBlock(f":warning: {problem}")] if problem else []
    blocks += person_blocks(draft, t, picks=True)
    blocks += RoleCheckboxes(draft.roles, setting, t).blocks()
    view = ModalView(
        title=PlainText(t.gettext("Add a user")),
        submit=PlainText(t.gettext("Next")),
        close=PlainText(t.gettext("Cancel")),
        callback_id=FORM,
        private_metadata=compact(draft.travelling()),
        blocks=blocks,
    )
    return drawn_view(view)


def check(draft: Draft, setting: Setting, language: str) -> Json:
    """Return the second step: what will be saved, and the username, which may be changed (R52)."""
    t = texts(language)
    _ = t.gettext
    typed = PlainTextInput(fields.USERNAME, initial_value=draft.username)
    hint = _("Made from the name; you may change it. It has a-z, 0-9, dot, hyphen and underscore.")
    blocks: list[Block] = [
        SectionBlock(_summary(draft, setting, t)),
        ActionsBlock([Button(_("Back"), BACK, value="back")], block_id=BACK),
        InputBlock(_("Username"), typed, block_id=fields.USERNAME, hint=hint),
    ]
    view = ModalView(
        title=PlainText(_("Check and save")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Cancel")),
        callback_id=CHECK,
        private_metadata=compact(draft.as_metadata()),
        blocks=blocks,
    )
    return drawn_view(view)


def about_picking(language: str) -> str:
    """Return what picking a member does."""
    return texts(language).gettext(
        "Picking a member fills in name, e-mail and language; the username goes to them."
    )


def person_blocks(draft: Draft, t: Texts, *, picks: bool) -> list[Block]:
    """Return the fields of a person; `picks` where picking a member fills in the others."""
    _ = t.gettext
    pick = UserSelectMenu(fields.MEMBER, initial_user=draft.member or None)
    member = InputBlock(
        _("Slack member"),
        pick,
        dispatch_action=picks,
        block_id=fields.MEMBER,
        hint=about_picking(t.language) if picks else None,
        optional=True,
    )
    own = _("Each user has an address of their own.")
    phone = PlainTextInput(fields.PHONE, initial_value=draft.phone or None)
    return [
        member,
        _input(draft, _("First name"), _line(fields.FIRST_NAME, draft.first_name)),
        _input(draft, _("Last name"), _line(fields.LAST_NAME, draft.last_name)),
        _input(draft, _("Working language"), _languages(draft, t)),
        _input(
            draft,
            _("E-mail"),
            EmailInput(fields.EMAIL, initial_value=draft.email or None),
            hint=own,
        ),
        InputBlock(_("Telephone"), phone, block_id=fields.PHONE, optional=True),
    ]


def _input(draft: Draft, label: str, element: Element, hint: str | None = None) -> InputBlock:
    action_id = str(getattr(element, "action_id", ""))
    return InputBlock(label, element, block_id=block_of(action_id, draft.round), hint=hint)


def _line(action_id: str, text: str) -> PlainTextInput:
    return PlainTextInput(action_id, initial_value=text or None, max_length=LONGEST_PERSON_NAME)


def _languages(draft: Draft, t: Texts) -> StaticSelectMenu:
    options = {code: Option(PlainText(t.language_name(code)), code) for code in LANGUAGES}
    return StaticSelectMenu(
        fields.LANGUAGE,
        options=list(options.values()),
        initial_option=options.get(draft.language),
    )


def _summary(draft: Draft, setting: Setting, t: Texts) -> str:
    _ = t.gettext
    keys = tuple(RoleKey.parse(text) for text in draft.roles)
    held = lines_of(keys, setting.catalogue, t.language)
    rows = [
        f"*{escaped(draft.first_name)} {escaped(draft.last_name)}*",
        _("Working language: {language}", language=t.language_name(draft.language)),
        _("E-mail: {email}", email=escaped(draft.email)),
    ]
    if draft.phone:
        rows.append(_("Telephone: {phone}", phone=escaped(draft.phone)))
    if draft.member:
        rows.append(_("Slack member: {member}", member=f"<@{draft.member}>"))
    rows += [f"• {line}" for line in held] or [_("No roles yet.")]
    return shortened("\n".join(rows))
