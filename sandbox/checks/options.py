"""Checks options and option groups of menus and checkboxes against Slack's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.checks import limits
from sandbox.checks.texts import check_string, check_text, check_texts

if TYPE_CHECKING:
    from sandbox.checks.problems import Problems
    from sandbox.json_types import Json

OPTION_KEYS = frozenset({"text", "value", "description", "url"})


def check_options(element: Json, problems: Problems) -> None:
    """Check the options or option groups of an element."""
    kind = element["type"]
    counts = limits.OPTION_COUNTS.get(kind, limits.DEFAULT_OPTION_COUNT)
    groups = element.get("option_groups") or ()
    if "options" in element and "option_groups" in element:
        problems.add("only one of options, option_groups can be provided")
    if kind.endswith("static_select") and not {"options", "option_groups"} & set(element):
        problems.add("missing required field: options")
    for index, group in enumerate(groups):
        of_group = problems.at("option_groups", index)
        check_text(group.get("label"), limits.TextRule(75), of_group.at("label"))
        _check_list(kind, group.get("options"), counts, of_group.at("options"))
    problems.at("option_groups").add_if_above(len(groups), limits.MAX_GROUPS, "items")
    if "options" in element:
        _check_list(kind, element["options"], counts, problems.at("options"))


def check_option(kind: str, option: object, problems: Problems) -> None:
    """Check one option of an element of type `kind`."""
    if not isinstance(option, dict):
        problems.add("must provide an object")
        return
    allowed = OPTION_KEYS if kind == "overflow" else OPTION_KEYS - {"url"}
    problems.add_unknown_keys(option, allowed)
    problems.add_missing_keys(option, frozenset({"text", "value"}))
    rule = limits.TextRule(75, is_plain=kind not in limits.MRKDWN_OPTION_TYPES)
    check_texts(option, {"text": rule, "description": rule}, problems)
    check_string(option, "value", limits.MAX_OPTION_VALUE, problems)


def _check_list(kind: str, options: object, counts: tuple[int, int], problems: Problems) -> None:
    fewest, most = counts
    if not isinstance(options, list) or len(options) < fewest:
        problems.add(f"must have at least {fewest} items")
        return
    problems.add_if_above(len(options), most, "items")
    for index, option in enumerate(options):
        check_option(kind, option, problems.at(index))
