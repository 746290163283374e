"""Numbers for Prometheus: how fast, how many, how late; never a name and never a secret."""

from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from core.deliveries.rules import DeliveryKind
from core.health.rules import Health, ProcessHealth

# Slack gives up after three seconds.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)


class Metrics:
    """The numbers of one process; those about the database are set when they are asked for."""

    def __init__(self) -> None:
        self._registry = one = CollectorRegistry()
        ProcessCollector(registry=one)
        PlatformCollector(registry=one)
        self._answers = Histogram(
            "imi_answer_seconds",
            "How long answers to Slack took, by listener.",
            ["listener"],
            registry=one,
            buckets=SECONDS,
        )
        self._deliveries = Counter(
            "imi_deliveries", "Attempts to deliver.", ["kind", "outcome"], registry=one
        )
        self._sign_ins = Counter(
            "imi_sign_ins", "Attempts to sign in on the portal.", ["outcome"], registry=one
        )
        self._waiting = Gauge("imi_deliveries_waiting", "Deliveries that wait.", registry=one)
        self._oldest = Gauge(
            "imi_deliveries_oldest_waiting_seconds", "Age of the oldest of them.", registry=one
        )
        self._job_done = Gauge(
            "imi_job_last_success_timestamp_seconds",
            "When each job last succeeded.",
            ["job"],
            registry=one,
        )
        self._job_failures = Gauge(
            "imi_job_failures_in_a_row", "How often it failed since.", ["job"], registry=one
        )
        self._hashes = Gauge("imi_hashes_waiting", "Password hashes in the queue.", registry=one)
        self._slack = Gauge(
            "imi_slack_last_seen_timestamp_seconds", "When Slack was last reached.", registry=one
        )

    def answered(self, listener: str, seconds: float) -> None:
        """Count an answer to Slack."""
        self._answers.labels(listener).observe(seconds)

    def delivered(self, kind: DeliveryKind, outcome: str) -> None:
        """Count an attempt to deliver: sent, put_off or failed."""
        self._deliveries.labels(kind.value, outcome).inc()

    def signed_in(self, outcome: str) -> None:
        """Count an attempt to sign in."""
        self._sign_ins.labels(outcome).inc()

    def text(self, health: Health, vitals: ProcessHealth, now: datetime) -> bytes:
        """Return everything in Prometheus's text format."""
        self._waiting.set(health.waiting)
        oldest = health.oldest or now
        self._oldest.set((now - oldest).total_seconds())
        for job in health.jobs:
            self._job_failures.labels(job.name).set(job.failures)
            if job.succeeded_at is not None:
                self._job_done.labels(job.name).set(job.succeeded_at.timestamp())
        self._hashes.set(vitals.hashes_waiting)
        if vitals.slack_seen_at is not None:
            self._slack.set(vitals.slack_seen_at.timestamp())
        return generate_latest(self._registry)
