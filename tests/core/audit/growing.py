"""Writes a valid audit trail of random length, with purges and signed checkpoints."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from core.audit import service, signing
from core.audit.rows import checkpoints, entries
from core.audit.rules import ANONYMOUS, SYSTEM, Act, Actor
from core.schema.audit import audit_chain_tip, audit_checkpoints, audit_entries
from core.schema.users import users
from core.secret import Secret
from tests.factories import an_authority
from tests.times import NOON

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sqlalchemy import Connection

KEY = Secret("the key that the database does not have")
MOST = 9


def grow(tx: Connection, chance: Random) -> dict[int, str]:
    """Write a trail with purges and checkpoints, the last at its tip; return hashes by number."""
    for table in (audit_entries, audit_chain_tip, audit_checkpoints):
        tx.execute(delete(table))
    user_ids = write_users(tx)
    for number in range(chance.randint(1, MOST)):
        if not user_ids:
            break
        user = chance.choice(user_ids)
        act = chance.choice([Act.SENT_AGAIN, Act.SIGNED_IN, Act.USER_PURGED])
        actor = SYSTEM
        if act == Act.USER_PURGED:
            user_ids.remove(user)
            erase_user(tx, user)
        elif act == Act.SIGNED_IN:
            actor = chance.choice([ANONYMOUS, Actor.user(user)])
        audit_event = service.event_about(actor, act, authority_id=1, user_id=user, kind="x")
        service.record(tx, audit_event, NOON + timedelta(seconds=number))
        if chance.random() < 0.5:
            sign(tx, KEY, NOON + timedelta(days=number))
    sign(tx, KEY, NOON + timedelta(days=MOST))
    return {one.number: one.entry_hash for one in checkpoints.all_checkpoints(tx)}


def sign(tx: Connection, key: Secret, now: datetime = NOON) -> None:
    """Sign the tip of the trail with the key, without verifying it."""
    newest = checkpoints.newest(tx)
    assert not isinstance(newest, int)
    signing.sign(tx, signing.ChainTip(*entries.chain_tip(tx), newest), key, now)


def write_users(tx: Connection) -> list[int]:
    """Write three users who are not removed; return their ids."""
    numbers = [1, 2, 3]
    if tx.scalar(select(users.c.id).limit(1)) is None:
        authority = an_authority(tx).id
        for number in numbers:
            name = f"user{number}"
            tx.execute(
                insert(users).values(
                    id=number,
                    authority_id=authority,
                    first_name="Ida",
                    last_name=name,
                    language="en",
                    email=f"{name}@authority.example",
                    email_key=f"{name}@authority.example",
                    username=name,
                    registered_at=NOON,
                    wrong_passwords=0,
                )
            )
        for table in (audit_entries, audit_chain_tip):
            tx.execute(delete(table))
    tx.execute(update(users).values(removed_at=None, purged_at=None))
    return numbers


def erase_user(tx: Connection, user: int) -> None:
    """Erase the user's details, as a purge does before it is recorded."""
    entries.erase_details(tx, user)
    tx.execute(update(users).where(users.c.id == user).values(removed_at=NOON, purged_at=NOON))
