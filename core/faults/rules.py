"""Data classes of faults in which Slack or the mail server refuses the bot itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.deliveries.rules import FailureReason


class Service(StrEnum):
    """The services that the bot needs, and that can refuse it."""

    SLACK = "slack"
    MAIL = "mail"


# Deliveries that wait for the service to be fixed have this reason.
WAITING_REASON = {Service.SLACK: FailureReason.SLACK_FAULT, Service.MAIL: FailureReason.MAIL_FAULT}


@dataclass(frozen=True, slots=True)
class InstallationFault:
    """A fault that is not over; there is at most one for each service.

    `step` is the method of Slack or the phase of the SMTP conversation that was refused, `code` the
    answer's code, never its text. `told_at` is the time at which the operator was told, and
    `worked_at` that at which the step succeeded again. The fault is over once no delivery waits
    for it either.
    """

    service: Service
    step: str
    code: str
    began_at: datetime
    told_at: datetime | None = None
    worked_at: datetime | None = None
