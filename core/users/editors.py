"""Finds in the audit trail who last changed a user's detail, such as the name (D22, D23)."""

from sqlalchemy import Connection

from core.audit.rows import entries
from core.audit.rules import Act, Actor, ActorKind, AuditEntry
from core.languages.names import full_name
from core.users.rows import users
from core.users.rules import User

_OF_DETAILS = (Act.USER_EDITED, Act.MEMBER_LINKED)


def of_detail(tx: Connection, user: User, field: str, language: str) -> str:
    """Return the full name of the user who changed this detail of `user` last, by the trail.

    It is empty if that was no user of the same authority, or if the trail does not say.
    """
    newest = entries.newest_of(tx, _OF_DETAILS, authority_id=user.authority_id, user_id=user.id)
    for entry in newest:
        if _concerns(entry, field):
            return name_of(tx, entry.audit_event.actor, user.authority_id, language)
    return ""


def name_of(tx: Connection, actor: Actor, authority_id: int, language: str) -> str:
    """Return the full name of an actor who is a user of the authority; empty for all others.

    It is in the order of the reader's language.
    """
    if actor.kind != ActorKind.USER or actor.user_id is None:
        return ""
    user = users.find(tx, actor.user_id)
    if user is None or user.authority_id != authority_id:
        return ""
    return full_name(user, language)


def shown_name(tx: Connection, actor: Actor, reader: User, authority_id: int) -> str:
    """Return the actor's name if they belong to the reader's authority or to the edited one.

    It is empty for all others: an authority's administrators read no name of its access manager.
    """
    own, language = reader.authority_id, reader.language
    return name_of(tx, actor, own, language) or name_of(tx, actor, authority_id, language)


def _concerns(entry: AuditEntry, field: str) -> bool:
    if entry.audit_event.act == Act.MEMBER_LINKED:
        return field == "member"
    names = entry.audit_event.details.get("fields")
    return isinstance(names, list) and field in names
