"""Tests that the benchmarks run; people judge the figures."""

import inspect
import platform
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import chain
from benchmarks.__main__ import BENCHMARKS, page_of
from benchmarks.report import Row
from tests.times import NOON

pytestmark = [pytest.mark.product, pytest.mark.timeout(300)]

SHARED = {
    *("__main__", "accounts_with_reminders", "alternation", "bare_server", "crowd", "databases"),
    *("filled_authority", "filled_trail", "filling", "letters", "plain_home", "report", "servers"),
    "store_threads",
}


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("benchmarks.ack", ["--seconds", "0.5", "--requests", "64"]),
        ("benchmarks.signins", ["--seconds", "1"]),
        ("benchmarks.imports", ["--rows", "60"]),
        ("benchmarks.reminders", ["--accounts", "60", "--due", "20"]),
        ("benchmarks.deliveries", ["--minutes", "0.05"]),
        ("benchmarks.audit", ["--entries", "2500", "--rounds", "2"]),
        ("benchmarks.user_list", ["--users", "3000", "--rounds", "2"]),
        ("benchmarks.home", ["--users", "1000", "--rounds", "2"]),
        ("benchmarks.search", ["--authorities", "60", "--rounds", "2"]),
        ("benchmarks.start", ["--rounds", "1"]),
        ("benchmarks.store", ["--operations", "64"]),
        ("benchmarks.message", ["--rounds", "1"]),
    ],
)
def test_a_benchmark_prints_its_figures(module: str, arguments: list[str]) -> None:
    command = [sys.executable, "-m", module, *arguments]

    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours

    assert done.returncode == 0, done.stderr
    # Headings, a rule, and rows.
    assert len(done.stdout.strip().splitlines()) > 2, done.stdout


@pytest.mark.postgres
def test_several_processes_are_measured_on_postgres(postgres_url: str) -> None:
    assert postgres_url
    command = [sys.executable, "-m", "benchmarks.processes", "--requests", "64"]

    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert "3 processes on PostgreSQL | one process" in done.stdout


@pytest.mark.postgres
async def test_registrations_with_one_chain_and_with_many_are_measured(postgres_url: str) -> None:
    assert postgres_url

    assert await chain.rate("common", 2, 8) > 0
    assert await chain.rate("separate", 2, 8) > 0


def test_every_benchmark_is_in_the_table() -> None:
    # The others are what the benchmarks share.
    files = {path.stem for path in Path("benchmarks").glob("*.py")}

    assert files - SHARED == set(BENCHMARKS)
    for name in BENCHMARKS:
        assert inspect.iscoroutinefunction(import_module(f"benchmarks.{name}").rows)


def test_the_page_names_the_machine_and_says_which_limits_are_kept() -> None:
    rows = [
        Row("answers", "bare Bolt", 2.0, 2.5, 1.5, "8 ms to 4 ms"),
        Row("throughput", "bare Bolt", 0.1, 0.2, 0.5),
    ]

    page = page_of(rows, NOON)

    assert f"on {NOON:%Y-%m-%d} on" in page
    assert f"Python {platform.python_version()}" in page
    assert "| answers | bare Bolt | 2.00 | ≤ 2.5 | ≤ 1.5 | must | 8 ms to 4 ms |" in page
    assert "| throughput | bare Bolt | 0.10 | ≥ 0.2 | ≥ 0.5 | neither |  |" in page
