"""Finds users by the text that an administrator types, or by id (R57)."""

import re

from sqlalchemy import Connection

from core.languages.names import full_name
from core.members.rules import MemberKey
from core.text.characters import one_line
from core.users.principals import Principal, require_administrator
from core.users.rows import users, word_search
from core.users.rules import User
from core.users.search_keys import search_words

MAX_MATCHES = 11
# Slack shows at most 100 choices.
MAX_SUGGESTIONS = 100
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>|@([A-Z0-9]{6,})")


def matching(tx: Connection, principal: Principal, text: str, team_id: str) -> tuple[User, ...]:
    """Return the users of the principal's authority whom `text` may mean, eleven at the most.

    A Slack mention or a complete username means one user. Of any other text every word must be
    in a user's name, username or address. Empty if no user matches.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    by = require_administrator(tx, principal)
    text = one_line(text)
    found = _find_exactly(tx, text, team_id)
    if found is not None and found.authority_id == by.authority_id:
        return (found,)
    words = search_words(text)
    return word_search.matching(tx, by.authority_id, words, MAX_MATCHES) if words else ()


def follows_keyword(
    tx: Connection, principal: Principal, name: str, text: str, team_id: str
) -> bool:
    """Return whether the word before `name` in `text` is a keyword, and not part of a name.

    Then the whole text finds nobody, or the same users as the name without the word.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    whole = matching(tx, principal, text, team_id)
    return not whole or whole == matching(tx, principal, name, team_id)


def matching_resettable(
    tx: Connection, principal: Principal, text: str, team_id: str
) -> tuple[User, ...]:
    """Return whom `text` may mean of those whose password the principal may reset (D11).

    They are the users of the principal's authority as in `matching`; if none matches,
    administrators of the authorities that it manages.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    own = matching(tx, principal, text, team_id)
    if own:
        return own
    text, manager_id = one_line(text), principal.authority_id
    found = _find_exactly(tx, text, team_id)
    words = search_words(text if found is None else found.username)
    if not words:
        return ()
    managed = word_search.matching_managed_administrators(tx, manager_id, words, MAX_MATCHES)
    return managed if found is None else tuple(one for one in managed if one.id == found.id)


def _find_exactly(tx: Connection, text: str, team_id: str) -> User | None:
    """Return the user, of any authority, whom a mention or a complete username means."""
    mention = _MENTION.fullmatch(text)
    if mention is None:
        return users.find_by_username(tx, text.casefold())
    member = mention.group(1) or mention.group(2)
    return users.find_by_member(tx, MemberKey(team_id, member))


def has_mention(text: str) -> bool:
    """Return whether the text mentions a Slack member, so that `without_mentions` may change it."""
    return _MENTION.search(text) is not None


def without_mentions(tx: Connection, principal: Principal, text: str, team_id: str) -> str:
    """Return the text with each mention of a user of the principal's authority as their name.

    A mention of anybody else is left as it is, so that it finds nobody.
    """

    def name_of(mention: re.Match[str]) -> str:
        member = mention.group(1) or mention.group(2)
        user = users.find_by_member(tx, MemberKey(team_id, member))
        if user is None or user.authority_id != principal.authority_id:
            return mention.group(0)
        return full_name(user, principal.language)

    return _MENTION.sub(name_of, text)


def suggestions(tx: Connection, principal: Principal, text: str) -> tuple[User, ...]:
    """Return the first users of the principal's authority who match what is typed so far.

    An empty text matches everybody.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    by = require_administrator(tx, principal)
    return word_search.matching(tx, by.authority_id, search_words(text), MAX_SUGGESTIONS)


def require_user(tx: Connection, principal: Principal, user_id: int) -> User:
    """Return the user of the principal's authority, who is not removed.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such user there.
    """
    by = require_administrator(tx, principal)
    return users.require_in_authority(tx, user_id, by.authority_id)
