"""Prometheus metrics of this process: durations, counts and delays, without personal data."""

import shutil
from collections.abc import Callable
from datetime import datetime
from math import nan
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from bot.slack.request_record import RequestFault
from core.deliveries.rules import DeliveryKind
from core.faults.rules import Service
from core.health.rules import Health, ProcessHealth
from core.jobs.rules import JobState, is_overdue
from core.signin.rules import SignInOutcome

# Slack gives up after three seconds.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
DELIVERY_OUTCOMES = ("sent", "put_off", "failed")
JOB_OUTCOMES = ("succeeded", "failed", "checked", "check_failed", "missed", "still_running")
SIGN_IN_OUTCOMES = (*(outcome.value for outcome in SignInOutcome), "throttled")


class Metrics:
    """The metrics of one process; gauges about the database are set when they are scraped.

    With `database_file`, they show how much room is left on the disk of this SQLite file.

    Counters begin at 0 for each label: Prometheus's `increase` does not see what was counted before
    a series was first scraped. No label has a name that Prometheus attaches itself, such as `job`
    or `service`: it would rename ours.
    """

    def __init__(self, database_file: Path | None = None) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._slack = _SlackMetrics(registry)
        self._deliveries = _DeliveryMetrics(registry)
        self._jobs = _JobMetrics(registry)
        self._sign_ins = Counter(
            "imi_sign_ins", "Sign-in attempts on the portal.", ["outcome"], registry=registry
        )
        self._hashes = Gauge(
            "imi_hashes_waiting", "Password hashes that wait or run.", registry=registry
        )
        self._faults = Gauge(
            "imi_installation_fault",
            "1 while the service (slack or mail) refuses the bot, otherwise 0.",
            ["service_name"],
            registry=registry,
        )
        self._writable = Gauge(
            "imi_database_writable",
            "1 while the database can be read and written, otherwise 0.",
            registry=registry,
        )
        if database_file is not None:
            _add_disk_gauges(registry, database_file.absolute().parent)
        self._start_counters()

    def _start_counters(self) -> None:
        """Show each counter whose labels are known as 0; `render` does so for those of the jobs."""
        for kind in DeliveryKind:
            for outcome in DELIVERY_OUTCOMES:
                self._deliveries.attempts.labels(kind.value, outcome)
        for outcome in SIGN_IN_OUTCOMES:
            self._sign_ins.labels(outcome)
        for fault in RequestFault:
            self._slack.refused.labels(fault.value)

    def record_database(self, *, is_writable: bool) -> None:
        """Record whether the database can be read and written."""
        self._writable.set(is_writable)

    def count_answer(self, listener: str, seconds: float) -> None:
        """Record how long an answer to Slack took."""
        self._slack.answers.labels(listener).observe(seconds)

    def count_delivery(self, kind: DeliveryKind, outcome: str) -> None:
        """Count an attempt to send a delivery; `outcome` is one of `DELIVERY_OUTCOMES`."""
        self._deliveries.attempts.labels(kind.value, outcome).inc()

    def count_job(self, job: str, outcome: str) -> None:
        """Count what the scheduler reports about a job; `outcome` is one of `JOB_OUTCOMES`."""
        self._jobs.outcomes.labels(job, outcome).inc()

    def count_sign_in(self, outcome: str) -> None:
        """Count an attempt to sign in; `outcome` is one of `SIGN_IN_OUTCOMES`."""
        self._sign_ins.labels(outcome).inc()

    def count_refused_request(self, reason: str) -> None:
        """Count a request to Slack's path that was refused."""
        self._slack.refused.labels(reason).inc()

    def render(self, health: Health, process: ProcessHealth, now: datetime) -> bytes:
        """Return all metrics in Prometheus's text format."""
        self._deliveries.waiting.set(health.waiting)
        oldest = health.oldest or now
        self._deliveries.oldest.set((now - oldest).total_seconds())
        for job in health.jobs:
            self._jobs.set(job, now)
        refusing = {fault.service for fault in health.faults}
        for service in Service:
            self._faults.labels(service.value).set(service in refusing)
        self._hashes.set(process.hashes_waiting)
        if process.clock_ahead is not None:
            self._slack.clock_ahead.set(process.clock_ahead.total_seconds())
        if process.slack_seen_at is not None:
            self._slack.last_seen.set(process.slack_seen_at.timestamp())
        return generate_latest(self._registry)


class _SlackMetrics:
    """The metrics of requests from Slack, and of the contact with it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.answers = Histogram(
            "imi_answer_seconds",
            "Seconds until Slack was answered, by listener.",
            ["listener"],
            registry=registry,
            buckets=SECONDS,
        )
        self.refused = Counter(
            "imi_slack_requests_refused",
            "Requests to Slack's path that were refused, by reason.",
            ["reason"],
            registry=registry,
        )
        self.clock_ahead = Gauge(
            "imi_clock_ahead_of_slack_seconds",
            "How far this machine's clock is ahead of Slack's.",
            registry=registry,
        )
        self.last_seen = Gauge(
            "imi_slack_last_seen_timestamp_seconds",
            "Time of the last contact with Slack.",
            registry=registry,
        )


class _DeliveryMetrics:
    """The metrics of deliveries: attempts, and what waits."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.attempts = Counter(
            "imi_deliveries",
            "Attempts to send a delivery, by kind and outcome.",
            ["kind", "outcome"],
            registry=registry,
        )
        self.waiting = Gauge(
            "imi_deliveries_waiting", "Deliveries that wait to be sent.", registry=registry
        )
        self.oldest = Gauge(
            "imi_deliveries_oldest_waiting_seconds",
            "Age of the oldest delivery that waits to be sent.",
            registry=registry,
        )


class _JobMetrics:
    """The metrics of each job."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.succeeded = Gauge(
            "imi_job_last_success_timestamp_seconds",
            "Time of each job's last success.",
            ["job_name"],
            registry=registry,
        )
        self.failures = Gauge(
            "imi_job_failures_in_a_row",
            "Failures of each job since its last success.",
            ["job_name"],
            registry=registry,
        )
        self.late = Gauge(
            "imi_job_late",
            "1 for a job that has not succeeded for longer than twice its interval.",
            ["job_name"],
            registry=registry,
        )
        self.outcomes = Counter(
            "imi_jobs",
            "Runs of each job and what became of them.",
            ["job_name", "outcome"],
            registry=registry,
        )

    def set(self, job: JobState, now: datetime) -> None:
        """Set what is known of the job."""
        for outcome in JOB_OUTCOMES:
            self.outcomes.labels(job.name, outcome)
        self.failures.labels(job.name).set(job.failures)
        self.late.labels(job.name).set(is_overdue(job, now))
        if job.succeeded_at is not None:
            self.succeeded.labels(job.name).set(job.succeeded_at.timestamp())


def _add_disk_gauges(registry: CollectorRegistry, folder: Path) -> None:
    """Add the gauges of the disk that holds the folder; they are read when they are scraped."""
    Gauge(
        "imi_database_disk_free_bytes",
        "Room that is left on the disk of the SQLite file.",
        registry=registry,
    ).set_function(_or_nan(lambda: shutil.disk_usage(folder).free))
    Gauge(
        "imi_database_disk_size_bytes",
        "Size of the disk of the SQLite file.",
        registry=registry,
    ).set_function(_or_nan(lambda: shutil.disk_usage(folder).total))


def _or_nan(read: Callable[[], float]) -> Callable[[], float]:
    """Return the function, which gives "not a number" for a disk that cannot be read."""

    def read_or_nan() -> float:
        try:
            return read()
        except OSError:
            return nan

    return read_or_nan
