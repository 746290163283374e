"""The two modals in which an authority is registered with its first user (R6-R8, R18, D15)."""

from dataclasses import dataclass, replace

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DividerBlock,
    EmailInput,
    InputBlock,
    ModalView,
    PlainText,
    PlainTextInput,
    SectionBlock,
)

from core.authorities.registration_form import AuthorityForm
from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.text_lengths import LONGEST_OFFICIAL_NAME, LONGEST_TITLE, LONGEST_WEB_SITE
from core.users.rules import User, UserForm
from handlers.authorities.detail_fields import country_field, text_field
from handlers.authorities.views import CHANGE_MODULES
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.ui import person_fields
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.markdown import escaped
from handlers.ui.module_checkboxes import MODULES_PREFIX, checked_modules_in, module_checkboxes
from handlers.ui.person_fields import UserDraft, person_blocks

FORM = "authority_registration"
FIRST_USER_FORM = "authority_first_user"
BACK = "authority_registration_back"
# Not "email", which is the field of the first user.
AUTHORITY_EMAIL = "authority_email"
# Not "member", whose picking fills in the form of `/imi-adduser`.
MEMBER = "first_user_member"
# Each likely duplicate with its administrators.
Duplicates = tuple[tuple[Authority, tuple[User, ...]], ...]


@dataclass(frozen=True, slots=True)
class AuthorityDraft:
    """The input of the first step: the authority's data."""

    official_name: str = ""
    informal_title: str = ""
    email: str = ""
    web_site: str = ""
    country: str = ""
    modules: tuple[str, ...] = ()

    def as_metadata(self) -> Json:
        """Return the draft as metadata of the second step."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def as_form(self, language: str) -> AuthorityForm:
        """Return the draft as a form for core to check; its texts are in `language`."""
        return AuthorityForm(
            self.official_name,
            self.informal_title or self.official_name,
            self.email,
            self.country,
            self.modules,
            language=language,
        )


def draft_in_fields(form: SubmittedForm) -> AuthorityDraft:
    """Read the draft from the fields of the first step."""
    return AuthorityDraft(
        form.text("official_name"),
        form.text("informal_title"),
        form.text(AUTHORITY_EMAIL),
        form.text("web_site"),
        form.text("country"),
        tuple(sorted(checked_modules_in(form, MODULES_PREFIX))),
    )


def draft_in_metadata(form: SubmittedForm) -> AuthorityDraft:
    """Read the draft from the metadata of the second step."""
    return AuthorityDraft(
        form.metadata_text("official_name"),
        form.metadata_text("informal_title"),
        form.metadata_text("email"),
        form.metadata_text("web_site"),
        form.metadata_text("country"),
        form.metadata_texts("modules"),
    )


def first_user_form(draft: UserDraft, team_id: str) -> UserForm:
    """Return the draft of the first user as a form for core to check; core adds the roles."""
    return replace(draft.as_form(team_id), username=draft.username.strip(), roles=())


def first_user_draft_in(form: SubmittedForm) -> UserDraft:
    """Read the draft of the first user from the fields of the second step."""
    draft = person_fields.draft_in_fields(form)
    username = form.text(person_fields.USERNAME)
    return replace(draft, member=form.text(MEMBER), username=username)


def form(draft: AuthorityDraft, catalogue: Catalogue, language: str) -> Json:
    """Return the first step: the authority's data."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        text_field("official_name", draft.official_name, LONGEST_OFFICIAL_NAME, t),
        text_field("informal_title", draft.informal_title, LONGEST_TITLE, t, optional=True),
        InputBlock(
            _("E-mail"),
            EmailInput(AUTHORITY_EMAIL, initial_value=draft.email or None),
            block_id=AUTHORITY_EMAIL,
            hint=_("The authority's own address, not the user's."),
        ),
        text_field("web_site", draft.web_site, LONGEST_WEB_SITE, t, optional=True),
        country_field(draft.country, t),
        *module_checkboxes(
            MODULES_PREFIX,
            t.pgettext("label", "Modules"),
            frozenset(draft.modules),
            catalogue,
            t,
        ),
    ]
    view = ModalView(
        title=PlainText(_("Register an authority")),
        submit=PlainText(_("Next")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        blocks=blocks,
    )
    return view_json(view)


def first_user_step(
    draft: AuthorityDraft,
    first_user: UserDraft,
    duplicates: Duplicates,
    manager_id: int,
    language: str,
) -> Json:
    """Return the second step: likely duplicates first, then the first user (D15, R6)."""
    t = texts(language)
    _ = t.gettext
    first = _("The first user receives every role and administers the authority.")
    username = PlainTextInput(person_fields.USERNAME, initial_value=first_user.username or None)
    blocks: list[Block] = [
        *_duplicates(duplicates, manager_id, t),
        SectionBlock(f"*{escaped(draft.official_name)}*\n{first}", block_id="first_user"),
        *person_blocks(first_user, t, picks=True, member=MEMBER),
        InputBlock(
            _("Username"),
            username,
            block_id=person_fields.USERNAME,
            hint=_("If you leave this empty, a username is generated from the name."),
            optional=True,
        ),
        ActionsBlock([Button(_("Back"), BACK, value="back")], block_id=BACK),
    ]
    view = ModalView(
        title=PlainText(_("Register an authority")),
        submit=PlainText(_("Register")),
        close=PlainText(_("Cancel")),
        callback_id=FIRST_USER_FORM,
        private_metadata=metadata_json({**draft.as_metadata(), **first_user.first_step_metadata()}),
        blocks=blocks,
    )
    return view_json(view)


def registered_text(user: User, authority: Authority, language: str) -> str:
    """Return the confirmation, and how the first user gets username and password."""
    t = texts(language)
    _ = t.gettext
    rows = [
        _("Authority registered: {authority}", authority=f"*{escaped(authority.official_name)}*"),
        _(
            "A temporary password will be sent by e-mail. Recipient: {name}.",
            name=escaped(full_name(user, t.language)),
        ),
    ]
    if user.member is None:
        advice = _(
            "Tell the user the username in person or by phone: `{username}`", username=user.username
        )
        rows.append(advice)
    else:
        rows.append(_("The username is sent to that member by Slack message."))
    return "\n".join(rows)


def _duplicates(duplicates: Duplicates, manager_id: int, t: Texts) -> list[Block]:
    """Return the likely duplicates, each with what to do if it is the same authority (D15)."""
    _ = t.gettext
    if not duplicates:
        return []
    title = _("Is it one of these? Then do not register it again:")
    blocks = alert_blocks(title, "warning", "likely")
    for authority, administrators in duplicates:
        is_managed = authority.manager_id == manager_id
        administrator_names = (
            ", ".join(escaped(full_name(user, t.language)) for user in administrators) or "–"
        )
        ask_administrators = _(
            "Its administrators add its users. Administrators: {names}", names=administrator_names
        )
        # The people of an authority that another one manages are not shown, only its own address.
        rows = [
            f"*{escaped(authority.informal_title)}*, {escaped(authority.official_name)}",
            ask_administrators if is_managed else escaped(authority.email),
        ]
        add = Button(_("Change its modules"), CHANGE_MODULES, value=str(authority.id))
        blocks.append(
            SectionBlock(
                "\n".join(rows),
                accessory=add if is_managed else None,
                block_id=f"likely_{authority.id}",
            )
        )
    return [*blocks, DividerBlock()]
