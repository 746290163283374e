"""The line with a user's name in a list, with what tells the user apart from others (R57)."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from core.languages.names import full_name
from core.users.rules import User
from handlers.ui.markdown import escaped


class BesideName(StrEnum):
    """The data that a list shows beside each name; a namesake always has at least the address."""

    NOTHING = "nothing"
    USERNAME = "username"
    EMAIL = "email"


def namesakes(users: Iterable[User], language: str) -> frozenset[int]:
    """Return the ids of those users who have the same full name as another of them."""
    names = {user.id: full_name(user, language).casefold() for user in users}
    numbers = Counter(names.values())
    return frozenset(number for number, name in names.items() if numbers[name] > 1)


def name_line(user: User, beside: BesideName, language: str) -> str:
    """Return the name as markdown, followed by the username or the e-mail address."""
    name = escaped(full_name(user, language))
    if beside == BesideName.USERNAME:
        return f"*{name}* · `{escaped(user.username)}`"
    if beside == BesideName.EMAIL:
        return f"*{name}* · {escaped(user.email)}"
    return f"*{name}*"


def least_beside(user: User, namesake_ids: frozenset[int]) -> BesideName:
    """Return the e-mail address for a namesake, and nothing for others."""
    return BesideName.EMAIL if user.id in namesake_ids else BesideName.NOTHING
