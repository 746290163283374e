"""Builds and reads the input fields for an authority's competences (R33-R37, D18).

Competences are keywords, on the tabs Classification and Modules, and linked coordinators, on the
tab Modules.
"""

from collections.abc import Iterable, Mapping

from slackblocks import (
    Block,
    ContextBlock,
    ExternalMultiSelectMenu,
    InputBlock,
    Option,
    PlainText,
    SectionBlock,
    StaticMultiSelectMenu,
    Text,
)

from core.administration.card import AuthorityCard
from core.administration.competences import GENERAL, Competences
from core.catalogue.keyword_search import KeywordGroup, keyword_names
from core.catalogue.rules import Catalogue
from core.languages.texts import Texts
from handlers.authorities.tab_drafts import TabValues
from handlers.interactions import BadPayloadError
from handlers.json_types import Json
from handlers.ui.markdown import escaped
from handlers.ui.role_checkboxes import LONGEST_OPTION

KEYWORDS = "keywords_"  # followed by the module's code, or by nothing for general keywords
COORDINATORS = "coordinators_"  # followed by the module's code
MOST_OPTIONS = 100

CoordinatorChoices = Mapping[str, tuple[tuple[int, str], ...]]


def classification_in(typed: TabValues) -> Competences:
    """Read the general keywords."""
    return Competences({GENERAL: frozenset(typed.get(KEYWORDS, ()))})


def module_competences_in(typed: TabValues) -> Competences:
    """Read the keywords and coordinators of each module that has fields.

    Raises:
        BadPayloadError: the id of a coordinator is not a number.
    """
    keywords = {name.removeprefix(KEYWORDS): name for name in typed if name.startswith(KEYWORDS)}
    linked = {
        name.removeprefix(COORDINATORS): name for name in typed if name.startswith(COORDINATORS)
    }
    return Competences(
        {module: frozenset(typed[name]) for module, name in keywords.items()},
        {module: _numbers(typed[name]) for module, name in linked.items()},
    )


def not_shown(name: str, chosen: str) -> tuple[str, ...]:
    """Return those of a field's keywords that do not fit into it; Slack allows 100."""
    return tuple(sorted(chosen.split())[MOST_OPTIONS:]) if name.startswith(KEYWORDS) else ()


def classification_blocks(chosen: Competences, catalogue: Catalogue, t: Texts) -> list[Block]:
    """Return the field of the general keywords, with search while typing (R33, R34)."""
    _ = t.gettext
    about = _("Choose every keyword that describes what your authority is competent for.")
    return [
        SectionBlock(about, block_id="about"),
        _keywords(GENERAL, chosen, catalogue, _("General keywords"), t),
    ]


def module_blocks(
    card: AuthorityCard,
    chosen: Competences,
    offered: CoordinatorChoices,
    catalogue: Catalogue,
    t: Texts,
) -> list[Block]:
    """Return the fields of each module: its keywords and its linked coordinators (R35-R37)."""
    _ = t.gettext
    blocks: list[Block] = []
    for code in card.authority.modules:
        name = escaped(catalogue.name_of_module(code, t.language))
        blocks.append(SectionBlock(f"*{name}*", block_id=f"module_{code}"))
        blocks.append(_keywords(code, chosen, catalogue, _("Keywords"), t))
        blocks.append(_coordinators(code, chosen, offered.get(code, ()), t))
    if not blocks:
        blocks.append(SectionBlock(_("No modules yet."), block_id="none"))
    if not card.may_manage:
        only = _("Modules are granted and withdrawn by the authority's access manager.")
        blocks.append(ContextBlock([Text(only)], block_id="granted"))
    return blocks


def suggestions(groups: tuple[KeywordGroup, ...]) -> Json:
    """Return at most 100 keywords as options, grouped by field if there are several fields."""
    room, shown = MOST_OPTIONS, []
    for group in groups:
        options = [_choice(code, name) for code, name in group.keywords[:room]]
        room -= len(options)
        if options:
            shown.append({"label": _plain(group.name), "options": options})
    return {"option_groups": shown} if shown else {"options": []}


def _keywords(
    module: str, chosen: Competences, catalogue: Catalogue, label: str, t: Texts
) -> InputBlock:
    action_id = KEYWORDS + module
    codes = chosen.keywords.get(module, ())
    named = keyword_names(catalogue, module, codes, t.language)
    options = [Option(PlainText(name[:LONGEST_OPTION]), code) for code, name in named]
    menu = ExternalMultiSelectMenu(
        action_id,
        min_query_length=0,
        initial_options=options[:MOST_OPTIONS] or None,
        placeholder=PlainText(t.gettext("Type a word")),
    )
    return InputBlock(label, menu, block_id=action_id, optional=True)


def _coordinators(
    module: str, chosen: Competences, offered: tuple[tuple[int, str], ...], t: Texts
) -> Block:
    action_id = COORDINATORS + module
    linked = chosen.coordinators.get(module, frozenset())
    if not offered:
        none = t.gettext("No authority coordinates this module yet, so none can be linked.")
        return ContextBlock([Text(none)], block_id=action_id)
    # Those that are linked come first where not all of them fit, so that none is unlinked unseen.
    by_link = sorted(offered, key=lambda choice: choice[0] not in linked)
    shown = offered if len(offered) <= MOST_OPTIONS else by_link[:MOST_OPTIONS]
    options = [
        (number, Option(PlainText(title[:LONGEST_OPTION]), str(number))) for number, title in shown
    ]
    menu = StaticMultiSelectMenu(
        action_id,
        options=[option for _, option in options],
        initial_options=[option for number, option in options if number in linked] or None,
    )
    label = t.gettext("Linked coordinators")
    return InputBlock(label, menu, block_id=action_id, optional=True)


def _numbers(values: Iterable[str]) -> frozenset[int]:
    found = list(values)
    if not all(value.isdecimal() for value in found):
        raise BadPayloadError("A number is missing.")
    return frozenset(map(int, found))


def _choice(code: str, name: str) -> Json:
    return {"text": _plain(name), "value": code}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text[:LONGEST_OPTION]}
