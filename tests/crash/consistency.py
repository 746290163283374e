"""Checks after the crashes that nothing was lost, left incomplete or sent twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.deliveries.rules import DeliveryKind, DeliveryState, FailureReason
from core.schema.deliveries import deliveries
from core.schema.reminders import reminders
from core.schema.users import users

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Row

    from sandbox import Sandbox
    from tests.crash.load import Confirmed


@dataclass(frozen=True, slots=True)
class StoredState:
    """The state of the database at the end."""

    members: frozenset[str]
    broken_at: int | None
    registrations: Counter[int]
    unsaid: tuple[str, ...]
    sent: tuple[tuple[str, str, bool], ...]  # key, kind, whether it was posted in Slack
    incomplete: tuple[int, ...]
    doubled_reminders: int
    reminders: int


def read_stored_state(tx: Connection) -> StoredState:
    """Read the whole state in one transaction."""
    here = tx.execute(select(users).where(users.c.registered_by.is_not(None))).all()
    every = tx.execute(select(deliveries)).all()
    entries = list(audit_rows.since(tx))
    registered = Counter(
        entry.audit_event.user_id or 0
        for entry in entries
        if entry.audit_event.act == Act.USER_REGISTERED
    )
    of_user: dict[int, set[str]] = {}
    for row in every:
        of_user.setdefault(row.user_id, set()).add(row.kind)
    wanted = {DeliveryKind.USERNAME, DeliveryKind.TEMPORARY_PASSWORD, DeliveryKind.ONBOARDING}
    reminded = [row.event for row in every if row.kind == DeliveryKind.REMINDER]
    return StoredState(
        members=frozenset(row.member_id for row in here if row.member_id),
        broken_at=audit.first_broken_entry(tx),
        registrations=registered,
        unsaid=tuple(f"{row.key} {row.state} {row.reason}" for row in every if _is_unsent(row)),
        sent=tuple(
            (row.key, row.kind, row.posted_ts is not None)
            for row in every
            if row.state == DeliveryState.SENT
        ),
        incomplete=tuple(row.id for row in here if not wanted <= of_user.get(row.id, set())),
        doubled_reminders=len(reminded) - len(set(reminded)),
        reminders=len(tx.execute(select(reminders).where(reminders.c.state == "queued")).all()),
    )


def inconsistencies(found: StoredState, done: Confirmed, slack: Sandbox) -> list[str]:
    """Return a line for each inconsistency; empty if there is none."""
    posted = posted_keys(slack)
    doubled = [key for key, number in posted.items() if number > 1]
    lost = [key for key, _, in_slack in found.sent if in_slack and key not in posted]
    checks = {
        "answered with yes and not there": sorted(done.registered - found.members),
        "audit chain broken at": [found.broken_at] if found.broken_at else [],
        "registered on record not once": [
            user for user, number in found.registrations.items() if number != 1
        ],
        "users without all their deliveries": list(found.incomplete),
        "not said": list(found.unsaid),
        "said twice in Slack": doubled,
        "sent and not in Slack": lost,
        "reminders doubled": [found.doubled_reminders] if found.doubled_reminders else [],
    }
    return [f"{name}: {found_items}" for name, found_items in checks.items() if found_items]


def posted_keys(slack: Sandbox) -> Counter[str]:
    """Count the messages of each delivery in all channels and DMs."""
    every = [
        message
        for conversation in slack.workspace.conversations()
        for message in slack.messages(conversation)
    ]
    return Counter(
        message.metadata["event_payload"]["key"] for message in every if message.metadata
    )


def _is_unsent(row: Row[Any]) -> bool:
    if row.state == DeliveryState.SENT:
        return False
    return bool(row.state == DeliveryState.WAITING or row.reason != FailureReason.OBSOLETE)
