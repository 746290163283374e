"""Checks that only the newest mailed temporary password is valid (D4)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from core.schema.passwords import passwords
from core.schema.users import users
from core.secret import Secret
from tests.bot.delivery_worker import PASSWORD
from tests.crash.product_process import HASHER

if TYPE_CHECKING:
    from core.store.store import Store
    from sandbox import Sandbox


async def check_mailed_passwords(store: Store, slack: Sandbox) -> tuple[int, int, list[str]]:
    """Return the number of mails, the number of duplicates, and the inconsistencies."""
    letters: dict[str, list[str]] = {}
    for mail in slack.mails:
        if found := PASSWORD.findall(mail.plain):
            letters.setdefault(mail.recipients[0], []).append(found[0])
    digests = await store.read(_temporary)
    wrong = [
        address
        for address, digest in digests.items()
        if not _opens(letters.get(address, []), digest)
    ]
    ids = Counter(mail.headers.get("Message-ID", "") for mail in slack.mails)
    twice = sum(number - 1 for number in ids.values())
    problems = [f"the newest letter does not open, or an older one does: {wrong}"] if wrong else []
    return len(slack.mails), twice, problems


def _temporary(tx: Connection) -> dict[str, str]:
    current = users.c.password_id == passwords.c.id
    query = select(users.c.email, passwords.c.hash).join_from(users, passwords, current)
    return {row.email: row.hash for row in tx.execute(query.where(passwords.c.temporary))}


def _opens(sent: list[str], digest: str) -> bool:
    opened = [HASHER.matches(Secret(password), digest) for password in sent]
    return bool(opened) and opened[-1] and not any(opened[:-1])
