"""Generates load during a crash test: registrations, resets, expiring passwords, and faults."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from core.errors import ChangedMeanwhileError
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.schema.users import users as users_table
from core.users.rows import users
from handlers.ui.user_confirmation import CONFIRMATION
from tests.crash.product_process import fast_clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from typing import Any

    from sqlalchemy import Connection

    from core.store.store import Store
    from core.users.rules import User
    from sandbox import Sandbox

# Each administers an authority of the demo's country.
ADMINISTRATORS = ("U0ANNA", "U0ELISE", "U0SIGNE")
SLACK_FAULTS = ("http_500", "drop_answer", "ratelimited", "slow")
MAIL_FAULTS = ("defer", "delay", "drop_after_accept")


@dataclass(slots=True)
class Confirmed:
    """The actions that the product confirmed."""

    registered: set[str] = field(default_factory=set)
    reset: int = 0
    reminded: set[int] = field(default_factory=set)
    faults: int = 0
    left_open: int = 0  # mails that the server accepted without its answer arriving


class Load:
    """Acts until cancelled; actions that fail because the product is down are retried."""

    def __init__(self, slack: Sandbox, store: Store, colleagues: dict[str, list[str]]) -> None:
        self._slack = slack
        self._store = store
        self._colleagues = colleagues
        self.done = Confirmed()

    @asynccontextmanager
    async def running(self, chance: random.Random) -> AsyncIterator[None]:
        """Cause load and faults until the block ends; then nothing fails any more."""
        acts = [
            *(self.administer(administrator, _random(chance)) for administrator in ADMINISTRATORS),
            self.cause_faults(_random(chance)),
            self.age_passwords(_random(chance)),
        ]
        tasks = [asyncio.create_task(act) for act in acts]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._slack.faults.clear()
        self._slack.mailbox.faults.clear()

    async def administer(self, who: str, chance: random.Random) -> None:
        """Register one colleague after the other, and reset a password now and then."""
        for member in self._colleagues[who]:
            while member not in self.done.registered:
                await self._ignoring_errors(self._register(who, member))
            if chance.random() < 0.3:
                await self._ignoring_errors(self._reset(who, member))

    async def cause_faults(self, chance: random.Random) -> None:
        """Make Slack and the mail server fail at random."""
        while True:
            await asyncio.sleep(chance.uniform(0.05, 0.4))
            self.done.faults += 1
            if chance.random() < 0.5:
                kind = chance.choice(MAIL_FAULTS)
                self.done.left_open += kind == "drop_after_accept"
                self._slack.mailbox.faults.add(kind, seconds=0.2)
            else:
                kind = chance.choice(SLACK_FAULTS)
                seconds = 1.0 if kind == "ratelimited" else 0.3
                self._slack.faults.add("chat.postMessage", kind, seconds=seconds)

    async def age_passwords(self, chance: random.Random) -> None:
        """Backdate passwords so that they are about to expire and reminders become due."""
        while True:
            await asyncio.sleep(chance.uniform(0.3, 0.8))
            names = sorted(self.done.registered)
            if names:
                # A simultaneous reset may have changed the password first.
                with suppress(ChangedMeanwhileError):
                    user_id = await self._store.write(self._age_password(chance.choice(names)))
                    self.done.reminded |= {user_id} if user_id else set()

    def _age_password(self, member_id: str) -> Callable[[Connection], int | None]:
        made_at = fast_clock() - timedelta(days=176)
        policy = Policy(password_months=6)

        def choose(tx: Connection) -> int | None:
            user = _of_member(tx, member_id)
            if user is None or user.id in self.done.reminded or user.removed_at is not None:
                return None
            choice = PasswordChoice(user.id, "own", replaces_id=user.password_id)
            passwords.choose(tx, choice, policy, made_at)
            return user.id

        return choose

    async def _register(self, who: str, member: str) -> None:
        slack = self._slack
        if slack.view(who) is not None:
            await slack.close(who, clear=True)
        if not (await slack.command(who, "/imi-adduser")).ok or slack.view(who) is None:
            return
        await slack.fill(who, {"member": member})
        await slack.until(lambda: "email:1" in str(slack.view(who)), 1)
        if (answer := await slack.submit(who)).errors or not answer.ok:
            # The answer to an earlier registration got lost: the user exists already.
            if "member" in str(answer.errors):
                self.done.registered.add(member)
            return
        await slack.submit(who)
        # Any other modal says why the user was not registered.
        if (slack.view(who) or {}).get("callback_id") == CONFIRMATION:
            self.done.registered.add(member)

    async def _reset(self, who: str, member: str) -> None:
        slack = self._slack
        if slack.view(who) is not None:
            await slack.close(who, clear=True)
        await slack.command(who, "/imi-reset", f"<@{member}|x>")
        if slack.view(who) is not None and (await slack.submit(who)).ok:
            self.done.reset += 1

    async def _ignoring_errors(self, attempt: Coroutine[Any, Any, None]) -> None:
        try:
            await attempt
        except Exception:  # noqa: BLE001 - nobody was there; the sandbox says so in many ways
            await asyncio.sleep(0.1)


def _random(chance: random.Random) -> random.Random:
    return random.Random(chance.random())  # noqa: S311 - no secret


def _of_member(tx: Connection, member_id: str) -> User | None:
    table = users_table
    found = tx.scalar(
        table.select().with_only_columns(table.c.id).where(table.c.member_id == member_id)
    )
    return None if found is None else users.find(tx, found)
