"""Tests of `/imi-health`."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.demo import Demo
from bot.jobs.audit_checkpoints import AuditCheckpoints
from bot.jobs.schedule import Jobs
from core.faults.rules import InstallationFault, Service
from core.health.rules import Health, ProcessHealth, SignedRequests
from core.jobs.rules import JobState
from core.languages.texts import texts
from handlers.health.views import HealthViewContext, health_view, job_name
from tests.handlers.demo_actions import ANNA, last_answer, view_text
from tests.times import NOON

KARIN = "U0KARIN"
READER = HealthViewContext("en", "UTC", NOON)
EARLIER = NOON - timedelta(minutes=3)


def lines_of(health: Health, process_health: ProcessHealth) -> list[str]:
    blocks = health_view(health, process_health, READER)["blocks"]
    return [
        line for block in blocks if "text" in block for line in block["text"]["text"].split("\n")
    ]


async def test_the_national_coordinator_sees_the_bots_health(demo: Demo) -> None:
    await demo.slack.command(KARIN, "/imi-health")

    text = view_text(demo, KARIN)
    assert texts("en").gettext("Slack can be reached.") in text
    assert texts("en").gettext("Sending password reminders") in text


@pytest.mark.parametrize(
    ("seconds", "wrong", "lines"),
    [
        (60, 0, []),
        (61, 0, [":x: The clock of this service is ahead of Slack's clock. Seconds: 61."]),
        (-90, 0, [":x: The clock of this service is behind Slack's clock. Seconds: 90."]),
        (0, 3, [":warning: Requests refused because they were not signed by Slack: 3."]),
    ],
)
def test_a_wrong_clock_and_wrong_signatures_are_shown(
    seconds: int, wrong: int, lines: list[str]
) -> None:
    """B18."""
    process_health = ProcessHealth(
        EARLIER,
        NOON,
        0,
        clock_ahead=timedelta(seconds=seconds),
        signed_requests=SignedRequests(9, wrong),
    )

    assert lines_of(Health(0, None, 0, ()), process_health)[2:-2] == lines


async def test_an_ordinary_administrator_is_refused(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-health")

    assert last_answer(demo) == texts("da").gettext(
        "Only the national coordinator's administrators can see this."
    )


def test_a_healthy_process_is_shown_as_healthy() -> None:
    job = JobState("reminders", NOON, EARLIER, EARLIER, 0, None)

    assert lines_of(Health(0, None, 0, (job,)), ProcessHealth(EARLIER, NOON, 0, socket=True)) == [
        ":white_check_mark: Running since 2 Mar 2026, 11:57 UTC.",
        ":white_check_mark: Slack can be reached.",
        ":white_check_mark: There are no messages waiting to be sent.",
        "*Scheduled jobs*",
        ":white_check_mark: Sending password reminders: last done 2 Mar 2026, 11:57 UTC.",
    ]


def test_problems_are_shown() -> None:
    late, long = NOON - timedelta(minutes=16), NOON - timedelta(hours=9)
    jobs = (
        JobState("sessions", NOON, EARLIER, None, 2, "OSError"),
        JobState("warnings", late, None, None, 0, None, every=timedelta(minutes=10)),
        JobState("members", late, long, long, 0, None, every=timedelta(hours=4)),
        JobState("leavers", NOON, None, None, 0, None),
    )

    lines = lines_of(Health(7, EARLIER, 3, jobs), ProcessHealth(EARLIER, None, 1, socket=False))

    assert lines[1:] == [
        ":x: Slack has not been reached for some minutes.",
        ":x: The connection from Slack to this service is down.",
        ":hourglass: 1 password is being checked.",
        ":hourglass: 7 messages are waiting, the oldest since 2 Mar 2026, 11:57 UTC.",
        ":x: 3 messages could not be delivered within a day.",
        "*Scheduled jobs*",
        (
            ":x: Ending old sessions of the portal: failed 2 times in a row; next"
            " attempt 2 Mar 2026, 12:00 UTC. (OSError)"
        ),
        ":x: Checking for missing role holders: late. Not done yet.",
        ":x: Comparing with Slack's members: late. Last done 2 Mar 2026, 03:00 UTC.",
        ":hourglass: Repeating questions about departed colleagues: not done yet.",
    ]


@pytest.mark.parametrize(
    ("service", "who"),
    [
        (
            Service.SLACK,
            "Slack does not accept messages from this service. They are waiting to be sent.",
        ),
        (
            Service.MAIL,
            (
                "The mail server does not accept e-mails from this service. They are waiting to"
                " be sent."
            ),
        ),
    ],
)
def test_what_slack_or_the_mail_server_refuses_is_shown(service: Service, who: str) -> None:  # B07
    fault = InstallationFault(service, "AUTH", "535", EARLIER)

    lines = lines_of(Health(0, None, 0, (), (fault,)), ProcessHealth(EARLIER, NOON, 0))

    answer = "Answer to `AUTH`: `535`, since 2 Mar 2026, 11:57 UTC."
    assert f":x: {who} {answer}" in lines


def test_each_job_has_a_readable_name() -> None:
    nothing: Any = None
    checkpoints = AuditCheckpoints(*[nothing] * 5)
    # All jobs are late or failing.
    jobs = Jobs(*[nothing] * 5)

    for job in jobs.all_jobs(checkpoints):
        assert job_name(job.name, texts("en")) != job.name
