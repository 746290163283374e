"""A trail as the product writes it, with purges and signed heads in it; nothing is wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from core.audit import service, signing
from core.audit.rows import checkpoints, entries
from core.audit.rules import STRANGER, SYSTEM, Act, Actor
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
    """Write a trail with purges in it and signed checkpoints, the last at its end; return them."""
    for table in (audit_entries, audit_chain_tip, audit_checkpoints):
        tx.execute(delete(table))
    here = people(tx)
    for number in range(chance.randint(1, MOST)):
        if not here:
            break
        user = chance.choice(here)
        act = chance.choice([Act.SENT_AGAIN, Act.SIGNED_IN, Act.USER_PURGED])
        actor = SYSTEM
        if act == Act.USER_PURGED:
            here.remove(user)
            erase_user(tx, user)
        elif act == Act.SIGNED_IN:
            actor = chance.choice([STRANGER, Actor.user(user)])
        about = service.event_about(actor, act, authority_id=1, user_id=user, kind="x")
        service.record(tx, about, NOON + timedelta(seconds=number))
        if chance.random() < 0.5:
            sign(tx, KEY, NOON + timedelta(days=number))
    sign(tx, KEY, NOON + timedelta(days=MOST))
    return {one.number: one.entry_hash for one in checkpoints.every(tx)}


def sign(tx: Connection, key: Secret, now: datetime = NOON) -> None:
    """Sign the end of the trail with the key, whatever stands in it."""
    audit_chain_tip = checkpoints.newest(tx)
    assert not isinstance(audit_chain_tip, int)
    signing.sign(tx, signing.ChainEnd(*entries.newest(tx), audit_chain_tip), key, now)


def people(tx: Connection) -> list[int]:
    """Let there be three users, none of them removed; return their numbers."""
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
    """Leave nothing of the user's details, as a purge does before it goes on record."""
    entries.erase_details(tx, user)
    tx.execute(update(users).where(users.c.id == user).values(removed_at=NOON, purged_at=NOON))
