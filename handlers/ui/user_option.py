"""A user as an option of a menu with a search."""

from collections.abc import Iterable

from slackblocks import Option, PlainText

from core.languages.names import full_name
from core.languages.sorting import in_alphabet
from core.users.rules import User
from core.users.search_keys import name_in_list
from handlers.json_types import Json
from handlers.ui.role_checkboxes import LONGEST_OPTION


def user_option(user: User, language: str, label: str = "") -> Option:
    """Return the user's name, or `label` instead, with the address to tell namesakes apart.

    The option's value is the user's id.
    """
    name, address = _cut(label or full_name(user, language)), _cut(user.email)
    return Option(PlainText(name), str(user.id), PlainText(address))


def user_options_json(users: Iterable[User], language: str) -> list[Json]:
    """Return the users in the reader's alphabet, with which a menu's search is answered (D25)."""
    listed = in_alphabet(users, language, name_in_list)
    return options_json(user_option(user, language) for user in listed)


def options_json(options: Iterable[Option]) -> list[Json]:
    """Return the options as JSON, with which a menu's search is answered."""
    return [option._resolve() for option in options]  # noqa: SLF001 - it has no public name


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_OPTION else text[: LONGEST_OPTION - 1] + "…"
