"""Dispatch: picks the function that sends a delivery, by the delivery's kind."""

from bot.delivery.accounts import AccountDeliveries
from bot.delivery.approvals import Approvals
from bot.delivery.authorities import AuthorityNotifications
from bot.delivery.channels import AfterSend, Channels, Sender
from bot.delivery.dependencies import DeliveryDependencies
from bot.delivery.notifications import Notifications
from bot.delivery.reminders import Reminders
from core.deliveries.rules import Delivery, DeliveryKind


class Dispatch:
    """Sends deliveries; leases, attempts and settling are the worker's."""

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
        """Send the delivery; return what to write in the transaction that settles it.

        Raises:
            NothingToSendError, MemberRefusedError, SlackRefused, MailRefused: no attempt can
                succeed.
            SlackUnreachable, MailUnreachable: this attempt failed; a later one may succeed.
        """
        return await self._senders[delivery.kind](delivery)
