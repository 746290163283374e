"""The two modals in which an authority is registered with its first user (R6-R8, R18, D15)."""

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

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.text_lengths import LONGEST_OFFICIAL_NAME, LONGEST_TITLE, LONGEST_WEB_SITE
from core.users.rules import User
from handlers.authorities.authority_registration_drafts import (
    AUTHORITY_EMAIL,
    MEMBER,
    AuthorityDraft,
    first_user_metadata,
)
from handlers.authorities.detail_fields import (
    country_field,
    languages_field,
    text_field,
    text_language_field,
)
from handlers.authorities.views import CHANGE_MODULES
from handlers.json_types import Json
from handlers.ui import person_fields
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.markdown import escaped
from handlers.ui.module_checkboxes import MODULES_PREFIX, module_checkboxes
from handlers.ui.person_fields import UserDraft, person_blocks

FORM = "authority_registration"
FIRST_USER_FORM = "authority_first_user"
BACK = "authority_registration_back"
# Each likely duplicate with its administrators.
Duplicates = tuple[tuple[Authority, tuple[User, ...]], ...]


def form(
    draft: AuthorityDraft,
    catalogue: Catalogue,
    language: str,
    first_user: UserDraft | None = None,
) -> Json:
    """Return the first step: the authority's data; what was typed in the second one is kept."""
    t = texts(language)
    _ = t.gettext
    view = ModalView(
        title=PlainText(_("Register an authority")),
        submit=PlainText(_("Next")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        private_metadata=metadata_json(first_user_metadata(first_user) if first_user else {}),
        blocks=_authority_fields(draft, catalogue, t),
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
    warning = _("Without a Slack member, nobody can act for the authority in Slack.")
    username = PlainTextInput(person_fields.USERNAME, initial_value=first_user.username or None)
    blocks: list[Block] = [
        *_duplicates(duplicates, manager_id, t),
        SectionBlock(f"*{escaped(draft.official_name)}*\n{first} {warning}", block_id="first_user"),
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


def _authority_fields(draft: AuthorityDraft, catalogue: Catalogue, t: Texts) -> list[Block]:
    _ = t.gettext
    return [
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
        languages_field(draft.languages, t),
        text_language_field(_("Language of title and description"), draft.text_language, t),
        *module_checkboxes(
            MODULES_PREFIX,
            t.pgettext("label", "Modules"),
            frozenset(draft.modules),
            catalogue,
            t,
        ),
    ]


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
