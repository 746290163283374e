"""The two steps in which an authority is registered with its first user (R6-R8, R18, D15); pure."""

from dataclasses import dataclass

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
from core.languages.texts import Texts, texts
from core.limits import LONGEST_OFFICIAL_NAME, LONGEST_TITLE, LONGEST_WEB_SITE
from core.users.rules import User, UserForm
from handlers.authorities.access_views import MODULES as MODULES
from handlers.authorities.access_views import module_ticks, ticked_in
from handlers.authorities.fields import country_field, line_of
from handlers.authorities.views import ACCESS
from handlers.blocks import Json, compact, drawn_view
from handlers.markdown import escaped
from handlers.payloads import SubmittedForm
from handlers.users import fields
from handlers.users.fields import Draft
from handlers.users.views import person_blocks

FORM = "authority_founding"
CHECK = "authority_founder"
BACK = "founding_back"
# The authority's own fields; those of the first user have their names already.
AUTHORITY_EMAIL = "authority_email"


@dataclass(frozen=True, slots=True)
class Founded:
    """What is typed of the authority in the first step."""

    official_name: str = ""
    informal_title: str = ""
    email: str = ""
    web_site: str = ""
    country: str = ""
    modules: tuple[str, ...] = ()

    def as_metadata(self) -> Json:
        """Return it to travel with the second step."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def typed(self, language: str) -> AuthorityForm:
        """Return it for the rules to check; the title is written in that language."""
        return AuthorityForm(
            self.official_name,
            self.informal_title or self.official_name,
            self.email,
            self.country,
            self.modules,
            language=language,
        )


def founded_in(form: SubmittedForm) -> Founded:
    """Read the first step."""
    return Founded(
        form.text("official_name"),
        form.text("informal_title"),
        form.text(AUTHORITY_EMAIL),
        form.text("web_site"),
        form.text("country"),
        tuple(sorted(ticked_in(form, MODULES))),
    )


def founded_of(form: SubmittedForm) -> Founded:
    """Read what travelled with the second step."""
    return Founded(
        form.travelled("official_name"),
        form.travelled("informal_title"),
        form.travelled("email"),
        form.travelled("web_site"),
        form.travelled("country"),
        form.travelled_texts("modules"),
    )


def person_in(form: SubmittedForm, draft: Draft, team_id: str) -> UserForm:
    """Read the first user."""
    typed = draft.typed(team_id)
    username = form.text(fields.USERNAME).strip()
    return UserForm(
        typed.first_name,
        typed.last_name,
        typed.language,
        typed.email,
        typed.phone,
        username,
        member=typed.member,
    )


def form(founded: Founded, catalogue: Catalogue, language: str) -> Json:
    """Return the first step: the authority."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        line_of("official_name", founded.official_name, LONGEST_OFFICIAL_NAME, t),
        line_of("informal_title", founded.informal_title, LONGEST_TITLE, t, optional=True),
        InputBlock(
            _("E-mail"),
            EmailInput(AUTHORITY_EMAIL, initial_value=founded.email or None),
            block_id=AUTHORITY_EMAIL,
            hint=_("The authority's own address; not the user's."),
        ),
        line_of("web_site", founded.web_site, LONGEST_WEB_SITE, t, optional=True),
        country_field(founded.country, t),
        *module_ticks(MODULES, _("Modules"), frozenset(founded.modules), catalogue, t),
    ]
    view = ModalView(
        title=PlainText(_("Register an authority")),
        submit=PlainText(_("Next")),
        close=PlainText(_("Cancel")),
        callback_id=FORM,
        blocks=blocks,
    )
    return drawn_view(view)


def check(
    founded: Founded,
    likely: tuple[tuple[Authority, tuple[User, ...]], ...],
    manager_id: int,
    language: str,
) -> Json:
    """Return the second step: those that may be the same first, then the first user (D15, R6)."""
    t = texts(language)
    _ = t.gettext
    first = _("The first user receives every role and administers the authority.")
    username = PlainTextInput(fields.USERNAME)
    blocks: list[Block] = [
        *_duplicates(likely, manager_id, t),
        SectionBlock(f"*{escaped(founded.official_name)}*\n{first}", block_id="founded"),
        *person_blocks(Draft(language=language), t, picks=False),
        InputBlock(
            _("Username"),
            username,
            block_id=fields.USERNAME,
            hint=_("Leave it empty, and one is proposed from the name."),
            optional=True,
        ),
        ActionsBlock([Button(_("Back"), BACK, value="back")], block_id=BACK),
    ]
    view = ModalView(
        title=PlainText(_("Register an authority")),
        submit=PlainText(_("Register")),
        close=PlainText(_("Cancel")),
        callback_id=CHECK,
        private_metadata=compact(founded.as_metadata()),
        blocks=blocks,
    )
    return drawn_view(view)


def registered(user: User, authority: Authority, language: str) -> str:
    """Return what came of it, and how the first user gets in."""
    t = texts(language)
    _ = t.gettext
    rows = [
        _("{authority} is registered.", authority=f"*{escaped(authority.official_name)}*"),
        _("A temporary password goes to {name} by e-mail.", name=escaped(user.full_name)),
    ]
    if user.member is None:
        told = _(
            "Tell them their username in person or by phone: `{username}`", username=user.username
        )
        rows.append(told)
    else:
        rows.append(_("The username goes to them by Slack message."))
    return "\n".join(rows)


def _duplicates(
    likely: tuple[tuple[Authority, tuple[User, ...]], ...], manager_id: int, t: Texts
) -> list[Block]:
    """Name those that may be the same, and what to do where one of them is it (D15)."""
    _ = t.gettext
    if not likely:
        return []
    title = _("Is it one of these? Then do not register it again:")
    blocks: list[Block] = [SectionBlock(f":warning: *{title}*", block_id="likely")]
    for authority, administrators in likely:
        mine = authority.manager_id == manager_id
        names = ", ".join(escaped(one.full_name) for one in administrators) or "–"
        asked = _("Its administrators add its users: {names}", names=names)
        # Whose access others manage is asked at its own address: its people are not for us to see.
        rows = [
            f"*{escaped(authority.informal_title)}*, {escaped(authority.official_name)}",
            asked if mine else escaped(authority.email),
        ]
        add = Button(_("Change its modules"), ACCESS, value=str(authority.id))
        blocks.append(
            SectionBlock(
                "\n".join(rows),
                accessory=add if mine else None,
                block_id=f"likely_{authority.id}",
            )
        )
    return [*blocks, DividerBlock()]
