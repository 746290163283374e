"""What an error means for the delivery it happened to: the end, or another attempt."""

from dataclasses import dataclass
from datetime import timedelta

from bot.mail.smtp import MailRefused, MailUnreachable
from bot.slack.errors import NOT_DONE, SlackRefused, SlackUnreachable
from core.deliveries.rules import DeliveryKind, FailureReason
from core.errors import MemberRefusedError, NothingToSendError


@dataclass(frozen=True, slots=True)
class Outcome:
    """`final`: it cannot be said. Otherwise later, `after` so long where the other side said so.

    `possibly_sent`: it may have been said, and the answer got lost. `error` and `code` are for the
    log: a type's name and the other side's code, never a text.
    """

    reason: FailureReason
    final: bool
    error: str
    code: str | int | None = None
    after: timedelta | None = None
    possibly_sent: bool = False


def verdict_on(error: Exception, kind: DeliveryKind) -> Outcome:
    """Judge an error; one that nobody foresaw gets another attempt."""
    name = type(error).__name__
    match error:
        case SlackUnreachable(code=code, after=after):
            possibly_sent = code not in NOT_DONE
            return Outcome(
                FailureReason.SLACK_UNREACHABLE,
                final=False,
                error=name,
                code=code,
                after=after,
                possibly_sent=possibly_sent,
            )
        case MailUnreachable(code=code):
            return Outcome(FailureReason.MAIL_UNREACHABLE, final=False, error=name, code=code)
        case SlackRefused(code=code) | MailRefused(code=code) | MemberRefusedError(fault=code):
            return Outcome(_end_of(error, kind), final=True, error=name, code=code)
        case NothingToSendError():
            return Outcome(FailureReason.NO_USE, final=True, error=name)
        case _:
            return Outcome(_unreachable(kind), final=False, error=name, possibly_sent=True)


def _end_of(
    refusal: SlackRefused | MailRefused | MemberRefusedError, kind: DeliveryKind
) -> FailureReason:
    if isinstance(refusal, MailRefused):
        return FailureReason.MAIL_REFUSED
    if isinstance(refusal, MemberRefusedError):
        return FailureReason.MEMBER
    # A DM's channel is the member: where Slack finds no such channel, there is no such person.
    if kind == DeliveryKind.USERNAME and refusal.reason == FailureReason.CHANNEL:
        return FailureReason.MEMBER
    return refusal.reason


def _unreachable(kind: DeliveryKind) -> FailureReason:
    by_mail = kind == DeliveryKind.TEMPORARY_PASSWORD
    return FailureReason.MAIL_UNREACHABLE if by_mail else FailureReason.SLACK_UNREACHABLE
