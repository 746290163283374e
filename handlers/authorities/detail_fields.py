"""Builds and reads the input fields of an authority's details, on its Authority tab (D16)."""

from collections.abc import Sequence

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
from core.countries import OFFERED_COUNTRIES
from core.languages.tags import LANGUAGES
from core.languages.texts import Texts
from core.text_lengths import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_OFFICIAL_NAME,
    LONGEST_PLACE,
    LONGEST_TITLE,
    LONGEST_WEB_SITE,
)
from handlers.authorities.tab_drafts import TabValues
from handlers.ui.field_labels import authority_field_label
from handlers.ui.markdown import escaped
from handlers.ui.role_checkboxes import LONGEST_OPTION

SUBSTANTIAL = "substantial"


def details_in(typed: TabValues, current: AuthorityDetails) -> AuthorityDetails:
    """Read the fields; a detail without a field keeps its current value."""

    def value_of(name: str, before: str) -> str:
        if name not in typed:
            return before
        return typed[name][0] if typed[name] else ""

    return AuthorityDetails(
        official_name=value_of("official_name", current.official_name),
        informal_title=value_of("informal_title", current.informal_title),
        description=value_of("description", current.description),
        text_language=value_of("text_language", current.text_language),
        email=value_of("email", current.email),
        phone=value_of("phone", current.phone),
        address=value_of("address", current.address),
        place=value_of("place", current.place),
        web_site=value_of("web_site", current.web_site),
        country=value_of("country", current.country),
        languages=" ".join(typed.get("languages", tuple(current.languages.split()))),
        team_channel=value_of("team_channel", current.team_channel),
    )


def detail_blocks(
    shown: AuthorityDetails, t: Texts, *, substantial: bool, manages: bool, since: int
) -> list[Block]:
    """Return the fields; only the access manager may edit official name and country (D15).

    `since` is the number of the newest audit entry when the form was opened or saved.
    """
    _ = t.gettext
    return [
        *_access_manager_fields(shown, t, manages=manages),
        text_field("informal_title", shown.informal_title, LONGEST_TITLE, t),
        _substantial_change(t, since, substantial=substantial),
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
        text_language_field(_("Language of title and description"), shown.text_language, t),
        InputBlock(
            _("E-mail"),
            EmailInput("email", initial_value=shown.email or None),
            block_id="email",
            hint=_(
                "IMI sends notifications about the authority to this address. You must keep"
                " it up to date."
            ),
        ),
        text_field("phone", shown.phone, 40, t, optional=True),
        text_field("address", shown.address, LONGEST_ADDRESS, t, optional=True),
        text_field("place", shown.place, LONGEST_PLACE, t, optional=True),
        text_field("web_site", shown.web_site, LONGEST_WEB_SITE, t, optional=True),
        languages_field(shown.languages.split(), t),
        _team_channel(shown, t),
    ]


def text_field(
    name: str, value: str, longest: int, t: Texts, *, optional: bool = False
) -> InputBlock:
    """Return an input field of one line."""
    element = PlainTextInput(name, initial_value=value or None, max_length=longest)
    return InputBlock(authority_field_label(name, t), element, block_id=name, optional=optional)


def country_field(value: str, t: Texts) -> InputBlock:
    """Return the menu of countries by name, in which Slack finds what is typed.

    It also offers the country `value` that is chosen, if authorities of it are not usual.
    """
    named = t.countries({*OFFERED_COUNTRIES, value} - {""})
    options = {code: Option(PlainText(name[:LONGEST_OPTION]), code) for code, name in named.items()}
    element = StaticSelectMenu(
        "country", options=list(options.values()), initial_option=options.get(value)
    )
    return InputBlock(authority_field_label("country", t), element, block_id="country")


def _access_manager_fields(shown: AuthorityDetails, t: Texts, *, manages: bool) -> list[Block]:
    _ = t.gettext
    if manages:
        return [
            text_field("official_name", shown.official_name, LONGEST_OFFICIAL_NAME, t),
            country_field(shown.country, t),
        ]
    name = _("Official name: {name}", name=escaped(shown.official_name))
    hint = _("Only your access manager can change the official name.")
    return [SectionBlock(f"{name}\n{hint}", block_id="official_name")]


def _substantial_change(t: Texts, since: int, *, substantial: bool) -> Block:
    option = Option(PlainText(t.gettext("The informal title changes substantially")), "yes")
    box = CheckboxGroup(SUBSTANTIAL, [option], initial_options=[option] if substantial else None)
    hint = t.gettext(
        "If you change the informal title substantially, you must tick this box. It"
        " shows the European Commission that the title has to be changed in the other"
        " languages."
    )
    # Slack keeps what is ticked as long as the id stays. A saved tick is not for the next change.
    block_id = f"{SUBSTANTIAL}_{since}"
    return InputBlock(
        t.gettext("Other languages"), box, block_id=block_id, hint=hint, optional=True
    )


def text_language_field(label: str, chosen: str, t: Texts) -> InputBlock:
    """Return the menu of the language in which title and description are written."""
    options = {tag: Option(PlainText(t.language_name(tag)), tag) for tag in LANGUAGES}
    menu = StaticSelectMenu(
        "text_language", options=list(options.values()), initial_option=options.get(chosen)
    )
    return InputBlock(label, menu, block_id="text_language")


def languages_field(chosen: Sequence[str], t: Texts) -> InputBlock:
    """Return the menu of an authority's working languages."""
    options = {tag: Option(PlainText(t.language_name(tag)), tag) for tag in LANGUAGES}
    initial = [options[tag] for tag in chosen if tag in options]
    menu = StaticMultiSelectMenu(
        "languages", options=list(options.values()), initial_options=initial or None
    )
    return InputBlock(t.gettext("Working languages"), menu, block_id="languages")


def _team_channel(shown: AuthorityDetails, t: Texts) -> InputBlock:
    menu = ConversationSelectMenu(
        "team_channel",
        initial_conversation=shown.team_channel or None,
        filter=ConversationFilter(["public", "private"], exclude_bot_users=True),
    )
    hint = t.gettext("A short message is posted there for each new colleague.")
    return InputBlock(
        t.gettext("Team channel"), menu, block_id="team_channel", hint=hint, optional=True
    )
