"""The modal with the health of the product: Slack, messages, sign-ins and scheduled jobs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from slackblocks import Block, DividerBlock, ModalView, PlainText, SectionBlock

from core.faults.rules import InstallationFault, Service
from core.health.rules import Health, ProcessHealth, is_late
from core.jobs.rules import JobState
from core.languages.texts import Texts, texts
from handlers.json_types import Json
from handlers.ui.blocks import view_json
from handlers.ui.markdown import escaped

OK_ICON, PROBLEM_ICON = ":white_check_mark:", ":x:"


@dataclass(frozen=True, slots=True)
class HealthViewContext:
    """The language and time zone of the reader, and the current time."""

    language: str
    tz: str
    now: datetime


def health_view(
    health: Health, process_health: ProcessHealth, view_context: HealthViewContext
) -> Json:
    """Return the modal: Slack, deliveries, sign-ins, then a line for each job."""
    t = texts(view_context.language)
    blocks: list[Block] = [
        SectionBlock("\n".join(_process(process_health, view_context, t)), block_id="process"),
        *(_fault_block(fault, view_context, t) for fault in health.faults),
        SectionBlock("\n".join(_deliveries(health, view_context, t)), block_id="deliveries"),
        DividerBlock(),
        SectionBlock("\n".join(_jobs(health, view_context, t)), block_id="jobs"),
    ]
    view = ModalView(
        title=PlainText(t.gettext("System status")),
        close=PlainText(t.gettext("Close")),
        callback_id="health",
        blocks=blocks,
    )
    return view_json(view)


def _process(process_health: ProcessHealth, view_context: HealthViewContext, t: Texts) -> list[str]:
    _ = t.gettext
    started = _(
        "Running since {moment}.", moment=t.moment(process_health.started_at, view_context.tz)
    )
    lines = [f"{OK_ICON} {started}", _slack(process_health, view_context, t)]
    if process_health.socket is False:
        lines.append(f"{PROBLEM_ICON} " + _("The connection from Slack to this service is down."))
    lines += _clock_and_signatures(process_health, t)
    if process_health.hashes_waiting:
        lines.append(
            ":hourglass: "
            + t.ngettext(
                "{number} password is being checked.",
                "{number} passwords are being checked.",
                process_health.hashes_waiting,
            )
        )
    return lines


def _clock_and_signatures(process_health: ProcessHealth, t: Texts) -> Iterator[str]:
    """Yield the problems of the bot's clock and of the signatures of requests."""
    _ = t.gettext
    if process_health.clock_differs and process_health.clock_ahead is not None:
        seconds = round(process_health.clock_ahead.total_seconds())
        yield f"{PROBLEM_ICON} " + (
            _(
                "The clock of this service is ahead of Slack's clock. Seconds: {number}.",
                number=seconds,
            )
            if seconds > 0
            else _(
                "The clock of this service is behind Slack's clock. Seconds: {number}.",
                number=-seconds,
            )
        )
    if process_health.signed_requests.wrong:
        yield ":warning: " + _(
            "Requests refused because they were not signed by Slack: {number}.",
            number=process_health.signed_requests.wrong,
        )


def _slack(process_health: ProcessHealth, view_context: HealthViewContext, t: Texts) -> str:
    _ = t.gettext
    if process_health.reaches_slack(view_context.now):
        return f"{OK_ICON} " + _("Slack can be reached.")
    return f"{PROBLEM_ICON} " + _("Slack has not been reached for some minutes.")


def _fault_block(
    fault: InstallationFault, view_context: HealthViewContext, t: Texts
) -> SectionBlock:
    _ = t.gettext
    if fault.service == Service.SLACK:
        who = _("Slack does not accept messages from this service. They are waiting to be sent.")
    else:
        who = _(
            "The mail server does not accept e-mails from this service. They are waiting to"
            " be sent."
        )
    answer = _(
        "Answer to {step}: {code}, since {moment}.",
        step=f"`{escaped(fault.step)}`",
        code=f"`{escaped(fault.code)}`",
        moment=t.moment(fault.began_at, view_context.tz),
    )
    return SectionBlock(f"{PROBLEM_ICON} {who} {answer}", block_id=f"fault_{fault.service}")


def _deliveries(health: Health, view_context: HealthViewContext, t: Texts) -> list[str]:
    _ = t.gettext
    if health.oldest is None:
        waiting = f"{OK_ICON} " + _("There are no messages waiting to be sent.")
    else:
        waiting = ":hourglass: " + t.ngettext(
            "{number} message is waiting, since {moment}.",
            "{number} messages are waiting, the oldest since {moment}.",
            health.waiting,
            moment=t.moment(health.oldest, view_context.tz),
        )
    if not health.failed:
        return [waiting]
    failed = t.ngettext(
        "{number} message could not be delivered within a day.",
        "{number} messages could not be delivered within a day.",
        health.failed,
    )
    return [waiting, f"{PROBLEM_ICON} {failed}"]


def _jobs(health: Health, view_context: HealthViewContext, t: Texts) -> list[str]:
    title = t.gettext("Scheduled jobs")
    return [f"*{title}*", *(_job(job, view_context, t) for job in health.jobs)]


def _job(job: JobState, view_context: HealthViewContext, t: Texts) -> str:
    _ = t.gettext
    name = job_name(job.name, t)
    if job.failures:
        text = t.ngettext(
            "{name}: failed {number} time; next attempt {moment}.",
            "{name}: failed {number} times in a row; next attempt {moment}.",
            job.failures,
            name=name,
            moment=t.moment(job.due_at, view_context.tz),
        )
        return f"{PROBLEM_ICON} {text} ({job.error})"
    if is_late(job, view_context.now):
        return f"{PROBLEM_ICON} {_late(job, name, view_context, t)}"
    if job.succeeded_at is None:
        return ":hourglass: " + _("{name}: not done yet.", name=name)
    moment = t.moment(job.succeeded_at, view_context.tz)
    return f"{OK_ICON} " + _("{name}: last done {moment}.", name=name, moment=moment)


def _late(job: JobState, name: str, view_context: HealthViewContext, t: Texts) -> str:
    _ = t.gettext
    if job.succeeded_at is None:
        return _("{name}: late. Not done yet.", name=name)
    moment = t.moment(job.succeeded_at, view_context.tz)
    return _("{name}: late. Last done {moment}.", name=name, moment=moment)


def job_name(name: str, t: Texts) -> str:
    """Return the name of a job."""
    _ = t.gettext
    return {
        "reminders": _("Sending password reminders"),
        "sessions": _("Ending old sessions of the portal"),
        "reset_requests": _("Closing undecided requests"),
        "leavers": _("Repeating questions about departed colleagues"),
        "stale_data": _("Asking authorities to confirm their data"),
        "clock": _("Correcting dates after a wrong clock"),
        "warnings": _("Checking for missing role holders"),
        "members": _("Comparing with Slack's members"),
        "deliveries": _("Deleting old delivery records"),
        "drafts": _("Deleting unsaved entries of forms"),
        "purge": _("Erasing users removed long ago"),
        "operator_notices": _("Telling the system operator about refused messages"),
        "audit_signing": _("Signing the audit trail"),
        "audit_checkpoint": _("Posting the audit trail's checkpoint"),
    }.get(name, name)
