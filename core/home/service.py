"""Reads the data of an administrator's Home tab.

It shows what needs attention, the newest users, and to an access manager the authorities that it
manages.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.administration.title_tasks import with_translated_title
from core.authorities.rows import queries as authority_queries
from core.authorities.rows import titles
from core.authorities.rules import Authority
from core.home import rows
from core.home.attention import AttentionItems, AttentionKind, HomeRequest, Sample, attention_of
from core.rulebook import Rulebook
from core.users.rules import User

NEWEST_SHOWN = 5
MANAGED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ManagedAuthorities:
    """The first authorities that an access manager manages, as id and title in its language.

    `title_tasks` is the number of titles that wait to be translated. `coordinates` says that no
    other authority manages this one: it is the national coordinator.
    """

    first: Sample[tuple[int, str]]
    title_tasks: int
    coordinates: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The content of an administrator's Home tab; `me` is the administrator.

    `managed` is None unless their authority is an access manager. If `only_kind` is set, the tab
    shows the items of that kind only; without any it shows everything.
    """

    me: User
    authority: Authority
    attention: AttentionItems
    newest: tuple[User, ...]
    managed: ManagedAuthorities | None = None
    only_kind: AttentionKind | None = None


def overview_for(tx: Connection, request: HomeRequest, rulebook: Rulebook) -> Overview:
    """Return the content of the administrator's Home tab (R20, R40, R57).

    The user and their authority were read with the request; that they are an administrator is
    checked by the caller (R38).
    """
    attention = attention_of(tx, request, rulebook)
    if request.only_kind is not None and not attention.totals[request.only_kind]:
        # The last item of the kind is done.
        return overview_for(tx, replace(request, only_kind=None), rulebook)
    me = request.me
    authority = with_translated_title(tx, request.authority, me.language)
    return Overview(
        me,
        authority,
        attention,
        rows.newest_of(tx, authority.id, NEWEST_SHOWN),
        _managed(tx, me, authority) if authority.access_manager else None,
        request.only_kind,
    )


def _managed(tx: Connection, me: User, authority: Authority) -> ManagedAuthorities:
    first, total = authority_queries.first_managed_titles(
        tx, authority.id, me.language, MANAGED_SHOWN
    )
    return ManagedAuthorities(
        Sample(first, total), titles.count_open_tasks(tx), coordinates=authority.manager_id is None
    )
