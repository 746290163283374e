"""Tests that dates are shown in UTC for a time zone that the tzdata lacks (B05)."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.demo.demo import Demo
from core.schema.members import members
from handlers.commands import help_entries
from tests.factories import executing
from tests.handlers.demo_actions import ANNA, view_text

ROOT = Path(__file__).parents[2]
KARIN = "U0KARIN"


async def everybody_lives_in(demo: Demo, tz: str) -> None:
    await demo.product.store.write(executing(update(members).values(tz=tz)))


@pytest.mark.parametrize("member", [ANNA, KARIN])
async def test_every_command_works_in_an_unknown_time_zone(demo: Demo, member: str) -> None:
    """An administrator with tz 'Etc/Unknown' reads moments in UTC (B05)."""
    await everybody_lives_in(demo, "Etc/Unknown")

    with capture_logs() as logs:
        for entry in help_entries("en"):
            answer = await demo.slack.command(member, entry.command)
            assert answer.ok, entry.command
        await demo.slack.open_home(member)

    assert [entry for entry in logs if entry["event"] == "unexpected_error"] == []


async def test_moments_are_named_as_utc_in_an_unknown_time_zone(demo: Demo) -> None:
    await everybody_lives_in(demo, "Etc/Unknown")

    await demo.slack.command(KARIN, "/imi-health")

    assert " UTC" in view_text(demo, KARIN)


def test_time_zones_are_looked_up_by_one_function() -> None:
    """Every module gets its zones from `core.time_zones`, where an unknown one is UTC (B05)."""
    lookups = {
        str(path.relative_to(ROOT))
        for package in ("bot", "handlers", "core")
        for path in (ROOT / package).rglob("*.py")
        # A migration depends on no other code, as it must stay the same for ever.
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and "ZoneInfo" in ast.unparse(node.func)
    }

    assert lookups == {"core/time_zones.py"}
