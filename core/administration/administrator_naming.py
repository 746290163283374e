"""Lets an access manager name an administrator for an authority that has lost all (D12, D21).

An authority has lost all administrators if none of them is linked to an active full member of the
Slack workspace.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.accounts import relinking
from core.administration.permissions import Editor, require_managed, require_managing_editor
from core.audit import service as audit
from core.audit.rules import Act
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries import notices
from core.deliveries.authorities_without_administrator import is_without_administrator
from core.deliveries.notices import Notice, NoticeType
from core.errors import AdministratorPresentError, MemberNeededError, NotFoundError
from core.members import rows as members
from core.members.rules import MemberKey, require_eligible
from core.role_keys import ADMINISTRATOR
from core.users.principals import Principal
from core.users.rows import queries, roles, users, word_search
from core.users.rules import User
from core.users.search_keys import search_words

# As many options as a menu in Slack holds.
MAX_CANDIDATES = 100
MEMBER = "member"


@dataclass(frozen=True, slots=True)
class NamingRequest:
    """The user who is to administer the authority, and their Slack member if it changes."""

    authority_id: int
    user_id: int
    member: MemberKey | None


def require_without_administrator(
    tx: Connection, principal: Principal, authority_id: int
) -> Authority:
    """Return the authority, for which nobody can act; lock no row, so that no writer delays this.

    Raises:
        NotAdministratorError, NotAccessManagerError, NotFoundError: as `require_managed`.
        AdministratorPresentError: somebody can act for the authority.
    """
    authority = require_managed(tx, principal, authorities.find(tx, authority_id))
    _require_no_administrator(tx, authority.id)
    return authority


def candidates(
    tx: Connection, principal: Principal, authority_id: int, text: str
) -> tuple[User, ...]:
    """Return the first users of the authority who match what is typed so far.

    An empty text matches everybody. Administrators come first. At most `MAX_CANDIDATES`.

    Raises:
        NotAdministratorError, NotAccessManagerError, NotFoundError, AdministratorPresentError: as
            `require_without_administrator`.
    """
    authority = require_without_administrator(tx, principal, authority_id)
    words = search_words(text)
    first = queries.matching_holders(tx, authority.id, ADMINISTRATOR, words)
    others = word_search.matching(tx, authority.id, words, MAX_CANDIDATES)
    return tuple(dict.fromkeys([*first, *others]))[:MAX_CANDIDATES]


def name_administrator(
    tx: Connection, request: NamingRequest, principal: Principal, now: datetime
) -> tuple[Authority, User]:
    """Make the user an administrator who can act, record it, and notify those concerned.

    The caller has saved the picked member as Slack reports them.

    Raises:
        NotAdministratorError, NotFoundError, NotAccessManagerError: as `require_managing_editor`;
            NotFoundError also if the user is not of this authority.
        AdministratorPresentError: somebody can act for the authority.
        MemberNeededError: the user has no Slack member, and none was picked.
        MemberRefusedError: their member, or the picked one, cannot be a user (D21).
        MemberTakenError: the picked member is another user's.
    """
    editor = _require_naming_editor(tx, principal, request.authority_id)
    users.lock(tx, request.user_id)
    user = users.require_in_authority(tx, request.user_id, editor.authority.id)
    key = _require_member(tx, user, request.member)
    if key != user.member:
        relinking.require_free(tx, user, key)
        relinking.relink(tx, user, key, editor.actor, now)
    if not user.administrator:
        roles.grant(tx, user.id, [ADMINISTRATOR])
    entry_id = _record(tx, editor, user, now)
    named = users.require_in_authority(tx, user.id, editor.authority.id)
    notice = Notice(NoticeType.ADMINISTRATOR_NAMED, named, editor.user.id, entry_id, {})
    notices.queue_notice(tx, notice, now)
    return editor.authority, named


def authorities_without_administrator(
    tx: Connection, manager_id: int, most: int
) -> tuple[tuple[Authority, ...], int]:
    """Return the authorities of this access manager that have no administrator who can act.

    At most `most` of them, and how many there are.
    """
    found = queries.authorities_without_acting_administrator(tx, manager_id)
    return tuple(authorities.require(tx, authority_id) for authority_id in found[:most]), len(found)


def _require_naming_editor(tx: Connection, principal: Principal, authority_id: int) -> Editor:
    editor = require_managing_editor(tx, principal, authority_id)
    if not editor.on_behalf:
        raise NotFoundError("Nobody does this for their own authority.")
    _require_no_administrator(tx, authority_id)
    return editor


def _require_no_administrator(tx: Connection, authority_id: int) -> None:
    if not is_without_administrator(tx, authority_id):
        raise AdministratorPresentError("Its own administrators look after its users.")


def _require_member(tx: Connection, user: User, picked: MemberKey | None) -> MemberKey:
    key = picked or user.member
    if key is None:
        raise MemberNeededError(MEMBER)
    member = members.find(tx, key)
    if member is None:
        raise MemberNeededError(MEMBER)
    require_eligible(member, key.team_id, MEMBER)
    return key


def _record(tx: Connection, editor: Editor, user: User, now: datetime) -> int:
    granted = [] if user.administrator else [str(ADMINISTRATOR)]
    audit_event = audit.event_about(
        editor.actor,
        Act.ADMINISTRATOR_NAMED,
        authority_id=user.authority_id,
        user_id=user.id,
        given=granted,
        taken=[],
        on_behalf=editor.on_behalf,
    )
    return audit.record(tx, audit_event, now).id
