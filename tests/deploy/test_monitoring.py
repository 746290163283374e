"""Tests that the alert rules and the dashboard use metrics that `/metrics` shows."""

import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection

from bot.jobs.scheduler import EVENTS
from bot.monitoring.metrics import JOB_OUTCOMES, Metrics
from core.deliveries.rules import DeliveryKind
from core.health.rules import ProcessHealth
from core.jobs import service as jobs
from core.jobs.rules import Recurrence
from core.store.store import Store
from docs.source_calls import metrics
from tests.bot.web.test_health_endpoints import TOKEN, get, numbers_in, probed
from tests.databases import COMPLETE
from tests.times import NOON

FOLDER = Path("deploy/monitoring")
ALERTS = FOLDER / "alerts.yml"
DASHBOARD = FOLDER / "grafana-dashboard.json"
ALERT_TESTS = Path("tests/deploy/alerts_test.yml")
SCHEDULE = Path("bot/jobs/schedule.py")
MANIFEST = Path("deploy/kubernetes.yaml").read_text("utf-8")
GUIDE = Path("docs/monitoring.md").read_text("utf-8")
# The labels that Prometheus adds to each scrape.
TARGET_LABELS = {"instance"}
UP = {"up": {"job", "instance"}}
# Prometheus attaches the first two to whatever it scrapes, and its operator in Kubernetes the
# others; a label of ours with such a name would become "exported_job".
ATTACHED = {"job", "instance", "namespace", "service", "pod", "container", "endpoint", "node"}

_STRINGS = re.compile(r'"[^"]*"')
_GROUPING = re.compile(r"\b(?:by|without)\s*\(([^)]*)\)")
_MATCHERS = re.compile(r"(\w+)\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')
_RANGE = re.compile(r"\[[^\]]*\]")
_NAME = re.compile(r"[A-Za-z_:][\w:]*(?!\w*\s*\()")


def alert_rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    return cast("list[dict[str, Any]]", group["rules"])


def dashboard_expressions() -> Iterator[str]:
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def expressions() -> list[str]:
    return [*(rule["expr"] for rule in alert_rules()), *dashboard_expressions()]


def names_in(expression: str) -> set[str]:
    """Return the names of metrics: what is no function, no grouping, no label and no number."""
    rest = _GROUPING.sub(" ", _STRINGS.sub('""', expression))
    rest = _RANGE.sub(" ", re.sub(r"\{[^}]*\}", " ", rest))
    return {name for name in _NAME.findall(rest) if name not in {"and", "or", "unless", "on"}}


@pytest.fixture
async def shown(store: Store) -> dict[str, dict[str, set[str]]]:
    """The metrics that `/metrics` shows, with the values of each of their labels."""
    names = job_names()

    def register(tx: Connection) -> None:
        for name in names:
            jobs.register(tx, name, Recurrence(timedelta(hours=1)), NOON)
            jobs.record_success(tx, name, Recurrence(timedelta(hours=1)), NOON)

    await store.write(register)
    of_process = Metrics(Path("imi.sqlite3"))
    of_process.count_answer("/imi-users", 0.02)
    of_process.count_refused_request("signature")
    health = ProcessHealth(NOON, NOON, 0, clock_ahead=timedelta(0))
    async with probed(store, health, of_process, TOKEN) as url:
        _, text = await get(f"{url}/metrics", Authorization=f"Bearer {TOKEN}")
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            for label, value in sample.labels.items():
                found[sample.name][label].add(value)
            _ = found[sample.name]
    return found


def job_names() -> set[str]:
    """Return the names of all jobs."""
    return set(re.findall(r'Job\("(\w+)"', SCHEDULE.read_text("utf-8")))


async def test_each_expression_names_metrics_that_exist(
    shown: dict[str, dict[str, set[str]]],
) -> None:
    used = {name for expression in expressions() for name in names_in(expression)}

    assert used - {*shown, *UP} == set()
    assert len(used) > 15


async def test_each_expression_names_labels_and_values_that_exist(
    shown: dict[str, dict[str, set[str]]],
) -> None:
    for expression in expressions():
        for name, matchers in _MATCHERS.findall(expression):
            for label, value in _MATCHER.findall(matchers):
                if name in UP:
                    assert label in UP[name], expression
                elif label not in TARGET_LABELS:
                    assert set(value.split("|")) <= shown[name][label], expression
        labels = {
            each.strip() for found in _GROUPING.findall(expression) for each in found.split(",")
        }
        known = {label for name in names_in(expression) for label in shown.get(name, {})}
        assert labels <= {*known, *TARGET_LABELS}, expression


def test_each_annotation_names_labels_that_its_alert_has() -> None:
    for rule in alert_rules():
        named = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
        grouped = {each.strip() for each in ",".join(_GROUPING.findall(rule["expr"])).split(",")}
        assert named <= (TARGET_LABELS if grouped == {""} else grouped), rule["alert"]


def test_no_metric_has_a_label_that_prometheus_attaches() -> None:
    """The alerts named our label "job", which was the scrape's by the time they were evaluated."""
    found = metrics()

    assert [one for one in found if {*one.labels} & ATTACHED] == []
    assert {label for one in found for label in one.labels} > {"kind", "outcome"}


def test_the_series_of_the_alerts_tests_have_the_labels_of_a_scrape() -> None:
    for case in yaml.safe_load(ALERT_TESTS.read_text("utf-8"))["tests"]:
        for each in case["input_series"]:
            assert 'job="imi-bot", instance="' in each["series"], case["name"]


def test_the_counters_of_jobs_know_each_outcome() -> None:
    assert {*JOB_OUTCOMES} == {"succeeded", "failed", *EVENTS.values()}


async def test_what_alerts_count_is_shown_before_it_happens(store: Store) -> None:
    """`increase` sees no failure that was counted before the series was first scraped."""

    def register(tx: Connection) -> None:
        jobs.register(tx, "purge", Recurrence(timedelta(hours=1)), NOON)

    await store.write(register)
    async with probed(store, token=TOKEN) as url:
        _, text = await get(f"{url}/metrics", Authorization=f"Bearer {TOKEN}")

    numbers = numbers_in(text)
    kinds = [("imi_deliveries_total", (kind.value, "failed")) for kind in DeliveryKind]
    others = [
        ("imi_deliveries_total", ("notice", "put_off")),
        ("imi_jobs_total", ("purge", "failed")),
        ("imi_jobs_total", ("purge", "missed")),
        ("imi_sign_ins_total", ("refused",)),
        ("imi_sign_ins_total", ("throttled",)),
    ]
    assert {key: numbers.get(key) for key in [*kinds, *others]} == dict.fromkeys(
        [*kinds, *others], 0
    )


async def test_kubernetes_keeps_the_replicas_while_slack_is_unavailable(store: Store) -> None:
    """D2: the portal needs no Slack, but without a ready replica nobody reaches it."""
    (path,) = re.findall(r'readinessProbe:\s+httpGet: \{path: "([^"]+)"', MANIFEST)
    async with probed(store, ProcessHealth(NOON, None, 0)) as url:
        status, _ = await get(url + path)

    assert status == 200


def test_every_alert_says_what_to_do_and_is_tested() -> None:
    tested = ALERT_TESTS.read_text("utf-8")
    for rule in alert_rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert set(rule["annotations"]) == {"summary", "description"}
        assert f'alertname="{rule["alert"]}"' in tested


def test_the_guide_lists_every_alert() -> None:
    listed = set(re.findall(r"^\| `(Imi\w+)` \|", GUIDE, re.MULTILINE))
    assert listed == {rule["alert"] for rule in alert_rules()}


@pytest.mark.parametrize(
    "words", [("check", "rules", str(ALERTS)), ("test", "rules", str(ALERT_TESTS))], ids=" ".join
)
def test_promtool_accepts_the_alerts(words: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        assert not COMPLETE, "promtool is missing; it is in Debian's package prometheus."
        pytest.skip("needs promtool, of Debian's package prometheus")
    done = subprocess.run([promtool, *words], capture_output=True, text=True, check=False)  # noqa: S603 - ours

    assert done.returncode == 0, done.stdout + done.stderr
