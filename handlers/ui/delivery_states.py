"""Blocks that show the state of messages to users, with a button to send one again."""

from functools import cache

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, FailureReason
from core.languages.punctuation import labelled
from core.languages.texts import Texts, texts
from handlers.ui.action_ids import SEND_AGAIN, SEND_ALL_AGAIN


def delivery_blocks(deliveries: tuple[Delivery, ...], language: str) -> list[Block]:
    """Return a line for each delivery, with a button to send it again."""
    t = texts(language)
    return [_delivery_block(delivery, t) for delivery in deliveries]


def failed_delivery_blocks(failed: tuple[tuple[Delivery, str], ...], language: str) -> list[Block]:
    """Return a line for each failed delivery with the (escaped) name of the user it concerns."""
    t = texts(language)
    blocks: list[Block] = []
    for delivery, name in failed:
        text = f":x: *{name}* · {failure_line(delivery, t)}"
        blocks.append(SectionBlock(text, accessory=send_again_button(delivery, t)))
    return blocks


def send_again_button(delivery: Delivery, t: Texts) -> Button:
    """Return the button that sends a delivery again."""
    return Button(t.gettext("Send again"), SEND_AGAIN, value=str(delivery.id))


def send_all_again_block(t: Texts) -> Block:
    """Return the button that sends all failed deliveries of the authority again."""
    button = Button(t.gettext("Send all again"), SEND_ALL_AGAIN, value="all")
    return ActionsBlock([button], block_id=SEND_ALL_AGAIN)


def failure_line(delivery: Delivery, t: Texts) -> str:
    """Return what was not delivered, why, and what to do about it."""
    return labelled(delivery_kind_name(delivery.kind, t), _reason(delivery.reason, t), t.language)


def _delivery_block(delivery: Delivery, t: Texts) -> Block:
    kind = f"{_symbol(delivery)} {delivery_kind_name(delivery.kind, t)}"
    text = labelled(kind, _state_text(delivery, t), t.language)
    if delivery.state == DeliveryState.WAITING:
        return SectionBlock(text, block_id=f"delivery_{delivery.kind}")
    return SectionBlock(
        text, block_id=f"delivery_{delivery.kind}", accessory=send_again_button(delivery, t)
    )


def _symbol(delivery: Delivery) -> str:
    return {
        DeliveryState.WAITING: ":hourglass:",
        DeliveryState.SENT: ":white_check_mark:",
        DeliveryState.FAILED: ":x:",
    }[delivery.state]


def delivery_kind_name(kind: DeliveryKind, t: Texts) -> str:
    """Return the name of a kind of delivery."""
    return _kind_names(t)[kind]


@cache
def _kind_names(t: Texts) -> dict[DeliveryKind, str]:
    _ = t.gettext
    return {
        DeliveryKind.USERNAME: _("Username by Slack message"),
        DeliveryKind.TEMPORARY_PASSWORD: _("Temporary password by e-mail"),
        DeliveryKind.FIND_MEMBER: _("Search for the colleague in Slack"),
        DeliveryKind.ONBOARDING: _("Message in the team channel"),
        DeliveryKind.LEAVING: _("Team channel: a colleague has left"),
        DeliveryKind.RETURNED: _("Team channel: a removed user has been restored"),
        DeliveryKind.NOTICE: _("Notice of what was done"),
        DeliveryKind.OLD_ADDRESS: _("E-mail to the earlier address"),
        DeliveryKind.REQUEST: _("Request to an administrator: new password"),
        DeliveryKind.REQUEST_CLOSED: _("Notice to an administrator: outcome of a request"),
        DeliveryKind.LEAVER: _("Question to an administrator: has a colleague left?"),
        DeliveryKind.LEAVER_CLOSED: _("Notice to an administrator: answer to a question"),
        DeliveryKind.REPORT: _("Report to an administrator: wrong detail"),
        DeliveryKind.HELP_REQUEST: _("Request to an administrator: help in IMI"),
        DeliveryKind.AUTHORITY_NOTICE: _("Notice about the authority"),
        DeliveryKind.TITLE_TASK: _("Notice to the Commission: title to translate"),
        DeliveryKind.TITLE_TASK_CLOSED: _("Notice to the Commission: title translated"),
        DeliveryKind.IMPORTED: _("Team channel: users imported"),
        DeliveryKind.REMINDER: _("Reminder that the password expires"),
        DeliveryKind.EXPIRY_DIGEST: _("Notice to an administrator: unused temporary passwords"),
        DeliveryKind.TEMPORARY_EXPIRED: _("Notice to an administrator: unused temporary password"),
        DeliveryKind.WARNING: _("Notice to an administrator: missing role holder"),
        DeliveryKind.UNDELIVERED: _("Notice to an administrator: undelivered message"),
        DeliveryKind.NO_ADMINISTRATOR: _(
            "Notice to the access manager: authority without administrator"
        ),
        DeliveryKind.DATA_REVIEW: _("Question to an administrator: are the data correct?"),
    }


def _state_text(delivery: Delivery, t: Texts) -> str:
    _ = t.gettext
    if delivery.state == DeliveryState.SENT:
        return t.pgettext("message", "sent")
    if delivery.state == DeliveryState.FAILED:
        return _reason(delivery.reason, t)
    if delivery.attempts == 0:
        return _("on its way")
    return _(
        "not delivered yet, will be tried again ({reason})", reason=_reason(delivery.reason, t)
    )


def _reason(reason: FailureReason | None, t: Texts) -> str:
    _ = t.gettext
    texts_by_reason = {
        FailureReason.MAIL_REFUSED: _("the mail server refused the address; check it"),
        FailureReason.MAIL_UNREACHABLE: _(
            "the mail server cannot be reached; contact your IT department"
        ),
        FailureReason.SLACK_REFUSED: _("Slack refused the message; contact your IT department"),
        FailureReason.SLACK_UNREACHABLE: _("Slack cannot be reached"),
        FailureReason.SLACK_FAULT: _(
            "Slack does not accept messages from the IMI app at the moment; the system"
            " operator has been told"
        ),
        FailureReason.MAIL_FAULT: _(
            "the mail server does not accept e-mails from IMI at the moment; the system"
            " operator has been told"
        ),
        FailureReason.MAILBOX: _("the mailbox is full, or does not accept e-mails at the moment"),
        FailureReason.CHANNEL: _("the IMI app is not in the team channel; invite it there"),
        FailureReason.ARCHIVED: _("the team channel is archived; choose another one"),
        FailureReason.MEMBER: _(
            "this Slack member cannot receive messages; pass it on in person or by phone"
        ),
        FailureReason.OBSOLETE: _("no longer needed"),
    }
    return texts_by_reason[reason] if reason is not None else _("delivery failed")
