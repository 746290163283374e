"""Chooses, by the kind of a delivery (an outbox row), the function that sends it, and calls it."""

from bot.delivery.accounts import AccountDeliveries
from bot.delivery.approvals import Approvals
from bot.delivery.authorities import AuthorityNotifications
from bot.delivery.channels import Channels
from bot.delivery.context import DeliveryContext
from bot.delivery.dependencies import DeliveryDependencies
from bot.delivery.notifications import Notifications
from bot.delivery.problem_notices import ProblemNotices
from bot.delivery.reminders import Reminders
from bot.delivery.shown_names import without_shown_usernames
from core.deliveries.settlement import SendResult


class Dispatch:
    """Sends deliveries; the worker handles their leases, retries and outcomes."""

    def __init__(self, dependencies: DeliveryDependencies) -> None:
        channels = Channels(
            dependencies.store, dependencies.slack, dependencies.mailer, dependencies.clock
        )
        self._senders = {
            **AccountDeliveries(dependencies, channels).senders,
            **Notifications(dependencies, channels).senders,
            **Approvals(dependencies.store, channels).senders,
            **AuthorityNotifications(dependencies, channels).senders,
            **Reminders(dependencies, channels).senders,
            **ProblemNotices(dependencies, channels).senders,
        }

    async def send(self, context: DeliveryContext) -> SendResult:
        """Send the delivery; return what to record of it.

        Raises:
            NothingToSendError, MemberRefusedError, SlackRefused, MailRefused: no attempt can
                succeed.
            SlackUnreachable, MailUnreachable: this attempt failed; a later one may succeed.
        """
        return await self._senders[context.delivery.kind](without_shown_usernames(context))
