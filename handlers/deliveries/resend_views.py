"""The modals for sending all failed messages again: confirmation, progress and result."""

from collections.abc import Iterator

from slackblocks import Block, ModalView, PlainText, SectionBlock

from core.deliveries.bulk_resend import FailedMessages, ResendReport
from core.deliveries.rules import DeliveryKind
from core.languages.punctuation import labelled
from core.languages.texts import Texts, texts
from handlers.json_types import Json
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.delivery_states import delivery_kind_name
from handlers.ui.markdown import escaped

CONFIRM = "send_all_again_confirm"
# Names shown of users whose password has to be reset.
MAX_NAMES = 20


def confirm(failed: FailedMessages, language: str) -> Json:
    """Return the confirmation: how many messages of each kind are sent again."""
    t = texts(language)
    _ = t.gettext
    number = len(failed.ids)
    text = t.ngettext(
        "{number} message could not be delivered. It will be sent again, to the same recipient.",
        "{number} messages could not be delivered. They will be sent again, each to the"
        " same recipient.",
        number,
    )
    kinds = [
        labelled(f"• {delivery_kind_name(kind, t)}", count, t.language)
        for kind, count in failed.by_kind
    ]
    blocks: list[Block] = [SectionBlock(text), SectionBlock("\n".join(kinds), block_id="kinds")]
    if any(kind == DeliveryKind.TEMPORARY_PASSWORD for kind, _count in failed.by_kind):
        blocks.append(SectionBlock(_("Each new temporary password replaces the earlier one.")))
    view = ModalView(
        title=PlainText(_("Send all again?")),
        submit=PlainText(_("Send again")),
        close=PlainText(_("Cancel")),
        callback_id=CONFIRM,
        private_metadata=metadata_json({"newest": failed.newest_id}),
        blocks=blocks,
    )
    return view_json(view)


def nothing_failed(language: str) -> Json:
    """Return the modal that is shown if everything has been sent again already."""
    t = texts(language)
    return _notice([SectionBlock(t.gettext("There are no failed messages to send again."))], t)


def progress(done: int, total: int, language: str) -> Json:
    """Return the modal that is shown while the messages are queued."""
    t = texts(language)
    text = t.gettext("The messages are being sent again. You can close this window.")
    blocks: list[Block] = [SectionBlock(f":hourglass: {text}")]
    if total:
        count = t.gettext("{done} of {total}", done=done, total=total)
        blocks.append(SectionBlock(count, block_id="progress"))
    return _notice(blocks, t)


def finished(
    report: ResendReport, names: tuple[str, ...], language: str, problem: str = ""
) -> Json:
    """Return the result; `names` are the users whose password has to be reset.

    `problem` says what stopped it before its end.
    """
    t = texts(language)
    result = SectionBlock("\n".join(_lines(report, t)), block_id="result")
    blocks: list[Block] = [*alert_blocks(problem), result]
    if names:
        heading = t.gettext(
            "Reset the password of a user to send a new temporary password by e-mail."
        )
        shown = [f"• {escaped(name)}" for name in names[:MAX_NAMES]]
        if len(names) > MAX_NAMES:
            more = len(names) - MAX_NAMES
            shown.append(t.ngettext("and {number} more", "and {number} more", more))
        blocks.append(SectionBlock("\n".join([heading, *shown]), block_id="expired"))
    return _notice(blocks, t)


def _lines(report: ResendReport, t: Texts) -> Iterator[str]:
    sent = t.ngettext(
        "{number} message is on its way again.",
        "{number} messages are on their way again.",
        report.queued,
    )
    yield f":white_check_mark: {sent}"
    if report.not_needed:
        yield t.ngettext(
            "{number} message was no longer needed.",
            "{number} messages were no longer needed.",
            report.not_needed,
        )
    if report.own:
        yield t.gettext(
            "Your own temporary password was left out: another administrator has to send it."
        )


def _notice(blocks: list[Block], t: Texts) -> Json:
    view = ModalView(
        title=PlainText(t.gettext("Send all again")),
        close=PlainText(t.gettext("Close")),
        callback_id="send_all_again",
        blocks=blocks,
    )
    return view_json(view)
