"""Mails the operator when Slack or the mail server refuses the bot, and when it works again.

Each mail is sent once, to `IMI_OPERATOR_MAIL`, or not at all if that is not set (B06, B07). While
the mail server refuses these mails too, only the log, `/readyz`, a metric and `/imi-health` report
the fault.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.jobs.scheduler import Job
from bot.mail.letter import Letter
from bot.mail.operator_letter import all_clear_letter, fault_letter
from bot.mail.smtp import Mailer
from bot.mail.smtp_errors import MailRefused, MailUnreachable
from bot.settings.checks import parse_mailbox
from core.faults import rows, service
from core.faults.rules import InstallationFault
from core.jobs.rules import Recurrence
from core.store.store import Store

log = structlog.get_logger()

EVERY_TWO_MINUTES = Recurrence(timedelta(minutes=2))


class OperatorNoticeJob:
    """Sends a mail about each new fault, and one when it is over; without an address, none."""

    def __init__(
        self, store: Store, mailer: Mailer, clock: Callable[[], datetime], operator: str | None
    ) -> None:
        """Remember the dependencies; `operator` is `Name <address>`, an address, or None.

        Raises:
            ValueError: it is something else; the error does not quote it.
        """
        self._store = store
        self._mailer = mailer
        self._clock = clock
        self._operator = None if operator is None else parse_mailbox(operator)
        self.job = Job("operator_notices", EVERY_TWO_MINUTES, self.send)

    async def send(self) -> None:
        """Send the mails that are due; one that cannot be sent is tried again the next time."""
        notices = await self._store.read(service.notices)
        for fault in notices.new:
            if await self._tell(fault):
                await self._store.write(_marking_told(fault, self._clock()))
        for fault in notices.over:
            if await self._tell_over(fault) and await self._store.write(_ending(fault)):
                log.info("installation_fault_over", service=fault.service, step=fault.step)

    async def _tell(self, fault: InstallationFault) -> bool:
        if self._operator is None:
            return True
        return await self._sent(fault_letter(self._operator, fault), f"{_key(fault)}:began")

    async def _tell_over(self, fault: InstallationFault) -> bool:
        if self._operator is None or fault.told_at is None:
            return True
        letter = all_clear_letter(self._operator, fault, fault.worked_at or self._clock())
        return await self._sent(letter, f"{_key(fault)}:over")

    async def _sent(self, letter: Letter, key: str) -> bool:
        """Send the letter; return False if a later attempt may succeed."""
        try:
            await self._mailer.send(letter, key=key)
        except MailUnreachable as error:
            log.warning("operator_not_told", error=type(error).__name__, code=error.code)
            return False
        except MailRefused as error:
            log.error("operator_mail_refused", code=error.code)  # noqa: TRY400 - a traceback adds nothing
        return True


def _key(fault: InstallationFault) -> str:
    # The same at every attempt, so that a mail server can drop a letter that comes twice.
    return f"fault:{fault.service}:{fault.began_at.isoformat()}"


def _marking_told(fault: InstallationFault, now: datetime) -> Callable[[Connection], None]:
    return lambda tx: rows.mark_told(tx, fault, now)


def _ending(fault: InstallationFault) -> Callable[[Connection], bool]:
    return lambda tx: rows.end(tx, fault)
