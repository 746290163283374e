"""Decides, by the error, whether a failed attempt to send a message is final or is retried."""

from dataclasses import dataclass
from datetime import timedelta

from bot.mail.smtp_errors import MailboxUnavailable, MailRefused, MailUnreachable, MailUnusable
from bot.slack.errors import NOT_DONE, SlackRefused, SlackUnreachable, SlackUnusable
from core.deliveries.rules import MAX_BACKOFF, MAX_FAULT_BACKOFF, DeliveryKind, FailureReason
from core.errors import MemberRefusedError, NothingToSendError


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a failed attempt.

    `final`: no attempt will succeed. `after`: the pause that the other side asked for.
    `outcome_unknown`: the message may have been sent and only the answer got lost. `error` and
    `code` are for the log: the exception's type and the other side's error code, without a text.
    """

    reason: FailureReason
    final: bool
    error: str
    code: str | int | None = None
    after: timedelta | None = None
    outcome_unknown: bool = False

    @property
    def max_backoff(self) -> timedelta:
        """Return the longest time until the next attempt."""
        is_fault = self.reason in {FailureReason.SLACK_FAULT, FailureReason.MAIL_FAULT}
        return MAX_FAULT_BACKOFF if is_fault else MAX_BACKOFF


def outcome_of(error: Exception, kind: DeliveryKind) -> Outcome:
    """Classify the error; an unexpected one leads to a retry."""
    name = type(error).__name__
    match error:
        case SlackUnreachable(code=code, after=after):
            is_fault = isinstance(error, SlackUnusable)
            return Outcome(
                FailureReason.SLACK_FAULT if is_fault else FailureReason.SLACK_UNREACHABLE,
                final=False,
                error=name,
                code=code,
                after=after,
                outcome_unknown=not is_fault and code not in NOT_DONE,
            )
        case MailUnreachable(code=code):
            return Outcome(_mail_reason(error), final=False, error=name, code=code)
        case SlackRefused(code=code) | MailRefused(code=code) | MemberRefusedError(fault=code):
            return Outcome(_refusal_reason(error, kind), final=True, error=name, code=code)
        case NothingToSendError():
            return Outcome(FailureReason.OBSOLETE, final=True, error=name)
        case _:
            return Outcome(_unreachable_reason(kind), final=False, error=name, outcome_unknown=True)


def _mail_reason(error: MailUnreachable) -> FailureReason:
    if isinstance(error, MailUnusable):
        return FailureReason.MAIL_FAULT
    is_mailbox = isinstance(error, MailboxUnavailable)
    return FailureReason.MAILBOX if is_mailbox else FailureReason.MAIL_UNREACHABLE


def _refusal_reason(
    refusal: SlackRefused | MailRefused | MemberRefusedError, kind: DeliveryKind
) -> FailureReason:
    if isinstance(refusal, MailRefused):
        return FailureReason.MAIL_REFUSED
    if isinstance(refusal, MemberRefusedError):
        return FailureReason.MEMBER
    # The channel of a DM is the member's id: an unknown channel means an unknown member.
    if kind == DeliveryKind.USERNAME and refusal.reason == FailureReason.CHANNEL:
        return FailureReason.MEMBER
    return refusal.reason


def _unreachable_reason(kind: DeliveryKind) -> FailureReason:
    by_mail = kind == DeliveryKind.TEMPORARY_PASSWORD
    return FailureReason.MAIL_UNREACHABLE if by_mail else FailureReason.SLACK_UNREACHABLE
