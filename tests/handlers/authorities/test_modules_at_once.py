"""Tests of two access managers who have the modules of one authority open at the same time."""

from bot.demo.demo import Demo
from core.administration.module_effects import ModuleChangeEffects
from core.administration.module_history import COORDINATING
from core.administration.modules import ModuleEdit
from core.authorities.rows import authorities
from core.catalogue.load import load, shipped
from core.languages.texts import texts
from handlers.authorities.access_manager_views import confirm
from tests.handlers.demo_actions import (
    JONAS,
    blocks_of,
    change_user,
    find_user,
    register,
    view_text,
)
from tests.handlers.sample_values import HEALTH

_ = texts("en").gettext
KARIN = "U0KARIN"


async def both_open(demo: Demo) -> None:
    """Let Karin and Jonas, who both administer the access manager, open the modules of Health."""
    jonas = await register(
        demo, member=JONAS, first_name="Jonas", last_name="Lund", administrator=[":ADMIN"]
    )
    karin = await find_user(demo, "klindqvist")
    assert karin is not None
    await change_user(demo, jonas, authority_id=karin.authority_id, language="en")
    for member in (KARIN, JONAS):
        await open_modules(demo, member)


async def open_modules(demo: Demo, member: str) -> None:
    await demo.slack.command(member, "/imi-modules", "sundhed")
    await demo.slack.until(lambda: "modules_0" in blocks_of(demo, member))


async def check(demo: Demo, member: str, *codes: str, coordinating: tuple[str, ...] = ()) -> None:
    """Choose these modules, and go to the second step."""
    values = {"modules_0": list(codes), "coordinating_0": list(coordinating)}
    await demo.slack.fill(member, values)
    assert (await demo.slack.submit(member)).errors == {}


async def save(demo: Demo, member: str, *codes: str, coordinating: tuple[str, ...] = ()) -> None:
    await check(demo, member, *codes, coordinating=coordinating)
    assert (await demo.slack.submit(member)).errors == {}


async def modules(demo: Demo) -> tuple[tuple[str, ...], set[str]]:
    """Return the modules of Health, and those in which it is a coordinator."""
    found = await demo.product.store.read(lambda tx: authorities.require(tx, 2))
    flagged = await demo.product.store.read(lambda tx: authorities.coordinated_modules(tx, 2))
    return found.modules, set(flagged)


def checked(demo: Demo, field: str) -> list[str]:
    options = blocks_of(demo, KARIN)[field]["element"].get("initial_options", [])
    return [option["value"] for option in options]


async def test_changes_of_different_modules_are_both_kept(demo: Demo) -> None:
    """D23: Jonas's grant and flag and Karin's grant and withdrawal are all saved."""
    await both_open(demo)

    await save(demo, JONAS, "PQ", "PR", "SD", coordinating=("PQ",))
    await save(demo, KARIN, "PQ", "EC")

    assert await modules(demo) == (("EC", "PQ", "SD"), {"PQ"})


async def test_the_preview_shows_what_will_be_written(demo: Demo) -> None:
    """D23: a module that Jonas granted meanwhile is not shown as withdrawn by Karin."""
    await both_open(demo)
    await save(demo, JONAS, "PQ", "PR", "SD")

    await check(demo, KARIN, "PQ", "PR", "EC")

    changes = blocks_of(demo, KARIN)["changes"]["text"]["text"].splitlines()
    assert changes[1:] == [_("Granted:"), "• E-commerce"]
    assert "ending" not in blocks_of(demo, KARIN)


async def test_a_change_of_the_same_module_is_refused_and_can_then_be_saved(demo: Demo) -> None:
    """D23: Karin reads who made it a coordinator; her withdrawal is kept, and replaces it."""
    await both_open(demo)
    await check(demo, KARIN, "PR", "EC")
    await save(demo, JONAS, "PQ", "PR", "SD", coordinating=("PQ",))

    await demo.slack.submit(KARIN)

    told = blocks_of(demo, KARIN)["refused_details"]["text"]["text"].splitlines()
    assert told == [
        "• *Professional qualifications*",
        _("Changed in the meantime by: {name}", name="Jonas Lund"),
        _("Before: {value}", value=_("granted")),
        _("Now: {value}", value=_("granted, as a coordinator")),
    ]
    assert checked(demo, "modules_0") == ["PR", "EC"]
    assert await modules(demo) == (("PQ", "PR", "SD"), {"PQ"})

    await demo.slack.submit(KARIN)
    assert "SD" not in blocks_of(demo, KARIN)["changes"]["text"]["text"]
    await demo.slack.submit(KARIN)

    assert await modules(demo) == (("EC", "PR", "SD"), set())


async def test_the_first_step_refuses_too(demo: Demo) -> None:
    """D23: there is no preview of a change that cannot be saved; other modules stay theirs."""
    await both_open(demo)
    await save(demo, JONAS, "PQ", "SD")
    await open_modules(demo, JONAS)
    await save(demo, JONAS, "PQ", "PR", "SD")

    await check(demo, KARIN, "PQ", "EC")

    assert blocks_of(demo, KARIN)["refused"]["type"] == "alert"
    told = blocks_of(demo, KARIN)["refused_details"]["text"]["text"]
    assert _("Changed in the meantime by: {name}", name="Jonas Lund") in told
    await save(demo, KARIN, "PQ", "EC")
    assert await modules(demo) == (("EC", "PQ", "SD"), set())
    assert "Modules saved" in view_text(demo, KARIN)


def test_the_metadata_fits_with_many_modules_of_long_codes() -> None:
    """D23: Slack allows 3000 characters; codes have at most 30."""
    every = {f"M{number:029}": COORDINATING for number in range(25)}
    edit = ModuleEdit(2, every, every, since=10**9)

    view = confirm(HEALTH, edit, ModuleChangeEffects((), (), ()), load(shipped(), "x"), "en")

    assert len(view["private_metadata"]) <= 3000
