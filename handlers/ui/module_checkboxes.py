"""Builds and reads checkboxes for the modules in the catalogue."""

from slackblocks import Block, CheckboxGroup, InputBlock, Option, PlainText

from core.catalogue.rules import Catalogue
from core.languages.texts import Texts
from handlers.interactions import SubmittedForm
from handlers.ui.role_checkboxes import LONGEST_OPTION, MOST_CHECKBOXES

MODULES_PREFIX = "modules_"  # followed by the number of the group of ten


def module_checkboxes(
    name: str, label: str, chosen: frozenset[str], catalogue: Catalogue, t: Texts
) -> list[Block]:
    """Return the catalogue's modules as checkboxes; Slack allows ten in a field."""
    codes = [module.code for module in catalogue.modules]
    groups = [
        codes[number : number + MOST_CHECKBOXES] for number in range(0, len(codes), MOST_CHECKBOXES)
    ]
    blocks: list[Block] = []
    for number, group in enumerate(groups):
        names = {code: catalogue.name_of_module(code, t.language) for code in group}
        options = {
            code: Option(PlainText(text[:LONGEST_OPTION]), code) for code, text in names.items()
        }
        checked = [options[code] for code in group if code in chosen]
        checkboxes = CheckboxGroup(
            f"{name}{number}", list(options.values()), initial_options=checked or None
        )
        blocks.append(InputBlock(label, checkboxes, block_id=f"{name}{number}", optional=True))
    return blocks


def checked_modules_in(form: SubmittedForm, name: str) -> frozenset[str]:
    """Read the modules that are checked in the fields of this name."""
    checked = (values for key, values in form.values.items() if key.startswith(name))
    return frozenset(value for values in checked for value in values)
