"""Checks of text objects, options and confirmation dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.checks import limits

if TYPE_CHECKING:
    from sandbox.checks.limits import Text
    from sandbox.checks.problems import Place
    from sandbox.shapes import Json

PLAIN = frozenset({"type", "text", "emoji"})
RICH = frozenset({"type", "text", "verbatim"})
OPTION = frozenset({"text", "value", "description", "url"})
CONFIRM = frozenset({"title", "text", "confirm", "deny", "style"})


def check_texts(owner: Json, rules: dict[str, Text], place: Place) -> None:
    """Check the text objects of `owner` that `rules` names."""
    for key, rule in rules.items():
        if owner.get(key) is not None:
            check_text(owner[key], rule, place.at(key))


def check_text(text: object, rule: Text, place: Place) -> None:
    """Check one text object: its type, its keys, and 1 to `rule.limit` characters."""
    if not isinstance(text, dict):
        place.add("must provide an object")
        return
    kinds = {"plain_text"} if rule.is_plain else {"plain_text", "mrkdwn"}
    if text.get("type") not in kinds:
        place.at("type").add(f"must be one of {sorted(kinds)}")
    place.unknown(text, PLAIN if text.get("type") == "plain_text" else RICH)
    if not isinstance(text.get("text"), str):
        place.at("text").add("must be a string")
    elif not text["text"]:
        place.at("text").add("must be more than 0 characters")
    else:
        place.at("text").limit(len(text["text"]), rule.limit, "characters")


def check_string(owner: Json, key: str, most: int, place: Place) -> None:
    """Check a string of at most `most` characters, when it is there."""
    value = owner.get(key)
    if value is None:
        return
    if not isinstance(value, str):
        place.at(key).add("must be a string")
    else:
        place.at(key).limit(len(value), most, "characters")


def check_options(element: Json, place: Place) -> None:
    """Check an element's options or option groups, and the initial ones among them."""
    kind = element["type"]
    fewest, most = limits.OPTIONS.get(kind, limits.ANY_OPTIONS)
    if "options" in element and "option_groups" in element:
        place.add("only one of options, option_groups can be provided")
    if kind.endswith("static_select") and not {"options", "option_groups"} & set(element):
        place.add("missing required field: options")
    for index, group in enumerate(element.get("option_groups") or ()):
        check_text(group.get("label"), limits.Text(75), place.at("option_groups", index, "label"))
        spot = place.at("option_groups", index, "options")
        _check_list(kind, group.get("options"), (fewest, most), spot)
    place.at("option_groups").limit(
        len(element.get("option_groups") or ()), limits.MAX_GROUPS, "items"
    )
    if "options" in element:
        _check_list(kind, element["options"], (fewest, most), place.at("options"))


def check_confirm(confirm: object, place: Place) -> None:
    """Check a confirmation dialog."""
    if not isinstance(confirm, dict):
        place.add("must provide an object")
        return
    place.unknown(confirm, CONFIRM)
    # Slack fills in title, confirm and deny when they are missing, but never the text.
    place.missing(confirm, frozenset({"text"}))
    check_texts(confirm, limits.CONFIRM_TEXTS, place)
    if confirm.get("style") not in {None, "primary", "danger"}:
        place.at("style").add("must be one of ['danger', 'primary']")


def check_option(kind: str, option: object, place: Place) -> None:
    """Check one option of an element of type `kind`."""
    if not isinstance(option, dict):
        place.add("must provide an object")
        return
    place.unknown(option, OPTION if kind == "overflow" else OPTION - {"url"})
    place.missing(option, frozenset({"text", "value"}))
    rule = limits.Text(75, is_plain=kind not in limits.RICH_OPTIONS)
    check_texts(option, {"text": rule, "description": rule}, place)
    check_string(option, "value", limits.MAX_OPTION_VALUE, place)


def _check_list(kind: str, options: object, sizes: tuple[int, int], place: Place) -> None:
    fewest, most = sizes
    if not isinstance(options, list) or len(options) < fewest:
        place.add(f"must have at least {fewest} items")
        return
    place.limit(len(options), most, "items")
    for index, option in enumerate(options):
        check_option(kind, option, place.at(index))
