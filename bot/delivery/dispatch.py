"""Chooses, by the kind of a delivery (an outbox row), the function that sends it, and calls it."""

from bot.delivery.accounts import AccountDeliveries
from bot.delivery.approvals import Approvals
from bot.delivery.authorities import AuthorityNotifications
from bot.delivery.channels import AfterSend, Channels, Sender
from bot.delivery.dependencies import DeliveryDependencies
from bot.delivery.notifications import Notifications
from bot.delivery.reminders import Reminders
from core.deliveries.rules import Delivery, DeliveryKind


class Dispatch:
    """Sends deliveries; the worker handles their leases, retries and outcomes."""

    def __init__(self, dependencies: DeliveryDependencies) -> None:
        channels = Channels(
            dependencies.store, dependencies.slack, dependencies.mailer, dependencies.clock
        )
        self._senders: dict[DeliveryKind, Sender] = {
            **AccountDeliveries(dependencies, channels).senders,
            **Notifications(dependencies, channels).senders,
            **Approvals(dependencies.store, channels).senders,
            **AuthorityNotifications(dependencies, channels).senders,
            **Reminders(dependencies, channels).senders,
        }

    async def send(self, delivery: Delivery) -> AfterSend:
        """Send the delivery; return the operation to run in the transaction that marks it as sent.

        Raises:
            NothingToSendError, MemberRefusedError, SlackRefused, MailRefused: no attempt can
                succeed.
            SlackUnreachable, MailUnreachable: this attempt failed; a later one may succeed.
        """
        return await self._senders[delivery.kind](delivery)
