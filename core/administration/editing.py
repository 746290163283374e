"""Edits an authority's details, such as name and address (R10, R21-R23, R27-R32, D15, D16, D23)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.administration import notices, title_tasks
from core.administration.data_review import record_confirmation
from core.administration.field_history import DetailField, FieldHistory
from core.administration.permissions import Editor, require_editor
from core.administration.registration import find_by_name
from core.audit import service as audit
from core.audit.rules import Act
from core.authorities.details import AuthorityDetails, checked_details, details_of, field_versions
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.authority_search import rows as search_index
from core.errors import EditedMeanwhileError, FormError, NameTakenError
from core.merging import Merge, changed_fields, merge
from core.users.principals import Principal


@dataclass(frozen=True, slots=True)
class AuthorityEdit:
    """A request to change an authority's data.

    `versions` are the version marks of the data that the form showed (D23); `substantial` says
    whether the editor ticked that the informal title changed its meaning (R27, R28, D17).
    """

    authority_id: int
    typed: AuthorityDetails
    versions: Mapping[str, str]
    substantial: bool


@dataclass(frozen=True, slots=True)
class EditedAuthority:
    """The saved authority, and the fields that only somebody else changed meanwhile (D23).

    `unused_tick` says that the title was ticked as changed substantially, but is the same (D17).
    """

    authority: Authority
    taken_over: tuple[str, ...]
    unused_tick: bool = False


def edit(
    tx: Connection, request: AuthorityEdit, principal: Principal, now: datetime
) -> EditedAuthority:
    """Write the data, record the change and notify; unchanged data count as confirmed (R2).

    Fields that only somebody else changed since the form was opened stay as they are (D23).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
        FormError: a field is invalid, or the official name is taken.
        EditedMeanwhileError: somebody else changed a field to another value than the one typed
            since the form was opened (D23); names each such field.
    """
    editor = require_editor(tx, principal, request.authority_id)
    current = details_of(editor.authority)
    details, taken_over = _merged(tx, editor, current, request)
    changed = changed_fields(current, details)
    if "official_name" in changed:
        _require_free_name(tx, editor, details)
        audit.lock_chain(tx)
    _write(tx, request.authority_id, details, now)
    if changed:
        _record_and_notify(tx, editor, details, changed, now)
    else:
        record_confirmation(tx, editor, now)
    if "informal_title" in changed:
        ask = title_tasks.open_task if request.substantial else title_tasks.follow_title
        ask(tx, editor.authority, details.informal_title, editor.user, now)
    search_index.index(tx, request.authority_id)
    unused_tick = request.substantial and "informal_title" not in changed
    return EditedAuthority(authorities.require(tx, request.authority_id), taken_over, unused_tick)


def _merge_of(
    current: AuthorityDetails, typed: AuthorityDetails, versions: Mapping[str, str]
) -> Merge:
    """Compare the typed data with what others saved since the form showed these versions (D23)."""
    return merge(versions, field_versions(typed), field_versions(current))


def _merged(
    tx: Connection, editor: Editor, current: AuthorityDetails, request: AuthorityEdit
) -> tuple[AuthorityDetails, tuple[str, ...]]:
    """Return the checked data, and the fields in it that only somebody else changed.

    Those are as they are stored.
    """
    versions = request.versions
    typed = _permitted(request.typed, current, editor)
    # Fields that the editor did not touch need not pass the checks: they may be older than the
    # rules (D32).
    untouched = _merge_of(current, typed, versions)
    ours = _with_theirs(typed, current, untouched)
    details = checked_details(ours, current)
    merged = _merge_of(current, details, versions)
    if merged.conflicts:
        history = FieldHistory.read_by(tx, editor)
        raise EditedMeanwhileError.of(
            tuple(
                history.change_of(
                    DetailField(name), now=getattr(current, name), seen=versions.get(name)
                )
                for name in merged.conflicts
            )
        )
    taken_over = (*untouched.taken_over, *merged.taken_over)
    return _with_theirs(details, current, merged), tuple(dict.fromkeys(taken_over))


def _with_theirs(
    details: AuthorityDetails, current: AuthorityDetails, merged: Merge
) -> AuthorityDetails:
    return replace(details, **{name: getattr(current, name) for name in merged.taken_over})


def _permitted(
    typed: AuthorityDetails, current: AuthorityDetails, editor: Editor
) -> AuthorityDetails:
    """Keep the current official name and country unless the editor is the access manager (D15)."""
    if editor.manages_access:
        return typed
    return replace(typed, official_name=current.official_name, country=current.country)


def _require_free_name(tx: Connection, editor: Editor, details: AuthorityDetails) -> None:
    other = find_by_name(tx, details.official_name)
    if other is not None and other.id != editor.authority.id:
        raise FormError((NameTakenError(),))


def _write(tx: Connection, authority_id: int, details: AuthorityDetails, now: datetime) -> None:
    try:
        with tx.begin_nested():
            authorities.write_details(tx, authority_id, details, now)
    except IntegrityError:
        # Another transaction took the name after the query.
        raise FormError((NameTakenError(),)) from None


def _record_and_notify(
    tx: Connection, editor: Editor, after: AuthorityDetails, changed: tuple[str, ...], now: datetime
) -> None:
    authority, before = editor.authority, details_of(editor.authority)
    audit_event = audit.event_about(
        editor.actor,
        Act.AUTHORITY_EDITED,
        authority_id=authority.id,
        before={name: getattr(before, name) for name in changed},
        after={name: getattr(after, name) for name in changed},
        on_behalf=editor.on_behalf,
    )
    entry_id = audit.record(tx, audit_event, now).id
    notices.queue_edit_notice(tx, editor, dict.fromkeys(changed, entry_id), now)
    if "email" in changed:
        notices.queue_address_change_notice(tx, authority, editor.user, entry_id, now)
