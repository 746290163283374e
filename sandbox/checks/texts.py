"""Checks text objects, plain strings and confirmation dialogs against Slack's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.checks import limits

if TYPE_CHECKING:
    from sandbox.checks.limits import TextRule
    from sandbox.checks.problems import Problems
    from sandbox.json_types import Json

PLAIN_TEXT_KEYS = frozenset({"type", "text", "emoji"})
MRKDWN_KEYS = frozenset({"type", "text", "verbatim"})
CONFIRM_KEYS = frozenset({"title", "text", "confirm", "deny", "style"})


def check_texts(owner: Json, rules: dict[str, TextRule], problems: Problems) -> None:
    """Check the text objects of `owner` that `rules` names."""
    for key, rule in rules.items():
        if owner.get(key) is not None:
            check_text(owner[key], rule, problems.at(key))


def check_text(text: object, rule: TextRule, problems: Problems) -> None:
    """Check one text object: its type, its keys, and a length of 1 to `rule.limit` characters."""
    if not isinstance(text, dict):
        problems.add("must provide an object")
        return
    kinds = {"plain_text"} if rule.is_plain else {"plain_text", "mrkdwn"}
    if text.get("type") not in kinds:
        problems.at("type").add(f"must be one of {sorted(kinds)}")
    is_plain = text.get("type") == "plain_text"
    problems.add_unknown_keys(text, PLAIN_TEXT_KEYS if is_plain else MRKDWN_KEYS)
    if not isinstance(text.get("text"), str):
        problems.at("text").add("must be a string")
    elif not text["text"]:
        problems.at("text").add("must be more than 0 characters")
    else:
        problems.at("text").add_if_above(len(text["text"]), rule.limit, "characters")


def check_string(owner: Json, key: str, most: int, problems: Problems) -> None:
    """Check that an optional string has at most `most` characters."""
    value = owner.get(key)
    if value is None:
        return
    if not isinstance(value, str):
        problems.at(key).add("must be a string")
    else:
        problems.at(key).add_if_above(len(value), most, "characters")


def check_confirm(confirm: object, problems: Problems) -> None:
    """Check a confirmation dialog."""
    if not isinstance(confirm, dict):
        problems.add("must provide an object")
        return
    problems.add_unknown_keys(confirm, CONFIRM_KEYS)
    # Slack fills in title, confirm and deny when they are missing, but never the text.
    problems.add_missing_keys(confirm, frozenset({"text"}))
    check_texts(confirm, limits.CONFIRM_TEXTS, problems)
    if confirm.get("style") not in {None, "primary", "danger"}:
        problems.at("style").add("must be one of ['danger', 'primary']")
