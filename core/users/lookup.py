"""Finding the user that somebody names (R57)."""

import re

from sqlalchemy import Connection

from core.members.rules import MemberKey
from core.text.characters import one_line
from core.users.principals import Principal, require_administrator
from core.users.rows import queries, users
from core.users.rules import User
from core.users.search_keys import search_words

MAX_MATCHES = 11
# Slack takes 100 choices.
MAX_SUGGESTIONS = 100
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>|@([A-Z0-9]{6,})")


def matching(tx: Connection, principal: Principal, text: str, team_id: str) -> tuple[User, ...]:
    """Return the users of the asker's authority whom `text` may mean, eleven at the most.

    A Slack mention or a whole username means one; else every word must be in name, username or
    address. Empty where nobody fits.

    Raises:
        NotAdministratorError: the asker administers nothing.
    """
    by = require_administrator(tx, principal)
    text = one_line(text)
    mention = _MENTION.fullmatch(text)
    if mention is not None:
        member = mention.group(1) or mention.group(2)
        found = users.find_by_member(tx, MemberKey(team_id, member))
    else:
        found = users.find_by_username(tx, text.casefold())
    if found is not None and found.authority_id == by.authority_id:
        return (found,)
    words = search_words(text)
    return queries.matching(tx, by.authority_id, words, MAX_MATCHES) if words else ()


def suggestions(tx: Connection, principal: Principal, text: str) -> tuple[User, ...]:
    """Return the first users of the asker's authority who fit what is typed so far, even nothing.

    Raises:
        NotAdministratorError: the asker administers nothing.
    """
    by = require_administrator(tx, principal)
    return queries.matching(tx, by.authority_id, search_words(text), MAX_SUGGESTIONS)


def require_user(tx: Connection, principal: Principal, user_id: int) -> User:
    """Return the user of the asker's authority, who is not removed.

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotFoundError: no such user there.
    """
    by = require_administrator(tx, principal)
    return users.require_in_authority(tx, user_id, by.authority_id)
