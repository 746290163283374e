"""The fields of the Authority tab, and how they are read (D16)."""

from slackblocks import (
    Block,
    CheckboxGroup,
    ConversationFilter,
    ConversationSelectMenu,
    EmailInput,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticMultiSelectMenu,
    StaticSelectMenu,
)

from core.authorities.details import AuthorityDetails
from core.languages.tags import LANGUAGES
from core.languages.texts import Texts
from core.limits import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_OFFICIAL_NAME,
    LONGEST_PLACE,
    LONGEST_TITLE,
    LONGEST_WEB_SITE,
)
from handlers.authorities.drafts import Typed
from handlers.markdown import escaped

SUBSTANTIAL = "substantial"


def details_in(typed: Typed, current: AuthorityDetails) -> AuthorityDetails:
    """Read the fields; what the form does not show stays as it is."""

    def one(name: str, before: str) -> str:
        if name not in typed:
            return before
        return typed[name][0] if typed[name] else ""

    return AuthorityDetails(
        official_name=one("official_name", current.official_name),
        informal_title=one("informal_title", current.informal_title),
        description=one("description", current.description),
        text_language=one("text_language", current.text_language),
        email=one("email", current.email),
        phone=one("phone", current.phone),
        address=one("address", current.address),
        place=one("place", current.place),
        web_site=one("web_site", current.web_site),
        country=one("country", current.country),
        languages=" ".join(typed.get("languages", tuple(current.languages.split()))),
        team_channel=one("team_channel", current.team_channel),
    )


def detail_blocks(shown: AuthorityDetails, t: Texts, *, ticked: bool, manages: bool) -> list[Block]:
    """Return the fields; the official name and the country are their access manager's (D15)."""
    _ = t.gettext
    return [
        *_of_the_manager(shown, t, manages=manages),
        line_of("informal_title", shown.informal_title, LONGEST_TITLE, t),
        _substantial(t, ticked=ticked),
        InputBlock(
            _("Description"),
            PlainTextInput(
                "description",
                initial_value=shown.description or None,
                multiline=True,
                max_length=LONGEST_DESCRIPTION,
            ),
            block_id="description",
            optional=True,
        ),
        _language(_("Language of title and description"), shown.text_language, t),
        InputBlock(
            _("E-mail"),
            EmailInput("email", initial_value=shown.email or None),
            block_id="email",
            hint=_("IMI writes there of what concerns the authority. Keep it current."),
        ),
        line_of("phone", shown.phone, 40, t, optional=True),
        line_of("address", shown.address, LONGEST_ADDRESS, t, optional=True),
        line_of("place", shown.place, LONGEST_PLACE, t, optional=True),
        line_of("web_site", shown.web_site, LONGEST_WEB_SITE, t, optional=True),
        _languages(shown, t),
        _channel(shown, t),
    ]


def line_of(name: str, value: str, most: int, t: Texts, *, optional: bool = False) -> InputBlock:
    """Return a field of one line."""
    element = PlainTextInput(name, initial_value=value or None, max_length=most)
    return InputBlock(label_of(name, t), element, block_id=name, optional=optional)


def country_field(value: str, t: Texts) -> InputBlock:
    """Return the field for the country's two letters."""
    element = PlainTextInput("country", initial_value=value or None, max_length=2)
    hint = t.gettext("Two letters, such as DK.")
    return InputBlock(label_of("country", t), element, block_id="country", hint=hint)


def _of_the_manager(shown: AuthorityDetails, t: Texts, *, manages: bool) -> list[Block]:
    _ = t.gettext
    if manages:
        return [
            line_of("official_name", shown.official_name, LONGEST_OFFICIAL_NAME, t),
            country_field(shown.country, t),
        ]
    name = _("Official name: {name}", name=escaped(shown.official_name))
    only = _("Only your access manager changes the official name.")
    return [SectionBlock(f"{name}\n{only}", block_id="official_name")]


def _substantial(t: Texts, *, ticked: bool) -> Block:
    option = Option(PlainText(t.gettext("The informal title changes substantially")), "yes")
    box = CheckboxGroup(SUBSTANTIAL, [option], initial_options=[option] if ticked else None)
    hint = t.gettext(
        "Tick it where the meaning changes: the European Commission is then asked to change the"
        " title in the other languages."
    )
    return InputBlock(
        t.gettext("Other languages"), box, block_id=SUBSTANTIAL, hint=hint, optional=True
    )


def _language(label: str, chosen: str, t: Texts) -> InputBlock:
    options = {tag: Option(PlainText(t.language_name(tag)), tag) for tag in LANGUAGES}
    menu = StaticSelectMenu(
        "text_language", options=list(options.values()), initial_option=options.get(chosen)
    )
    return InputBlock(label, menu, block_id="text_language")


def _languages(shown: AuthorityDetails, t: Texts) -> InputBlock:
    options = {tag: Option(PlainText(t.language_name(tag)), tag) for tag in LANGUAGES}
    chosen = [options[tag] for tag in shown.languages.split() if tag in options]
    menu = StaticMultiSelectMenu(
        "languages", options=list(options.values()), initial_options=chosen or None
    )
    return InputBlock(t.gettext("Languages you work in"), menu, block_id="languages")


def _channel(shown: AuthorityDetails, t: Texts) -> InputBlock:
    menu = ConversationSelectMenu(
        "team_channel",
        initial_conversation=shown.team_channel or None,
        filter=ConversationFilter(["public", "private"], exclude_bot_users=True),
    )
    hint = t.gettext("A line is posted there for each new colleague.")
    return InputBlock(
        t.gettext("Team channel"), menu, block_id="team_channel", hint=hint, optional=True
    )


def label_of(name: str, t: Texts) -> str:
    """Return what a field of the Authority tab is called."""
    _ = t.gettext
    return {
        "official_name": _("Official name"),
        "informal_title": _("Informal title"),
        "description": _("Description"),
        "text_language": _("Language of title and description"),
        "email": _("E-mail"),
        "phone": _("Telephone"),
        "address": _("Address"),
        "place": _("Place"),
        "web_site": _("Web site"),
        "country": _("Country"),
        "languages": _("Languages you work in"),
        "team_channel": _("Team channel"),
    }[name]
