"""What people can press is answered, and nothing is answered that nobody can press."""

from collections.abc import Iterator
from dataclasses import replace

from core.deliveries.rules import State
from core.policy import UsernameDelivery
from core.rulebook import Rulebook
from handlers.answers import notice
from handlers.deliveries.messages import onboarding, username_dm
from handlers.home import views as home
from handlers.register import Handlers
from handlers.users import saved, views
from handlers.users.fields import Draft
from tests.handlers.recorder import Recorder, some_parts
from tests.handlers.samples import HEALTH, IDA, USERNAME_WAITS
from tests.handlers.shapes import Json
from tests.times import NOON

FAILED = replace(USERNAME_WAITS, state=State.FAILED)


def modals(rulebook: Rulebook) -> list[Json]:
    setting = views.Setting(HEALTH, rulebook.catalogue, 1, 2)
    return [
        views.form(Draft(language="en"), setting, "en"),
        views.check(Draft(language="en", username="ida"), setting, "en"),
        saved.saved(replace(IDA, member=None), (FAILED,), "en"),
        notice("Words.", "en"),
    ]


def blocks(rulebook: Rulebook) -> Iterator[Json]:
    frame = home.Frame(NOON, "UTC", "https://imi.example", rulebook.catalogue)
    overview = home.Overview(IDA, HEALTH, (IDA,), ((FAILED, "Ida"),), 1, 2)
    tabs = [home.for_administrator(overview, frame), home.for_user(IDA, frame)]
    for view in [*modals(rulebook), *tabs]:
        yield from view["blocks"]
    for way in UsernameDelivery:
        yield from username_dm(IDA, HEALTH, way).blocks
    yield from onboarding(IDA, HEALTH, None, rulebook.catalogue).blocks


def pressed(block: Json) -> list[str]:
    """Return what in the block tells the app at once."""
    elements = [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
    if block.get("dispatch_action"):
        elements.append(block["element"])
    return [element["action_id"] for element in elements if "action_id" in element]


def recorded() -> Recorder:
    recorder = Recorder()
    Handlers(some_parts()).register(recorder)  # type: ignore[arg-type] # has what is used of it
    return recorder


def test_every_button_is_answered_and_no_other(rulebook: Rulebook) -> None:
    offered = {action_id for block in blocks(rulebook) for action_id in pressed(block)}

    assert set(recorded().actions) == offered


def test_every_modal_that_is_submitted_is_answered_and_no_other(rulebook: Rulebook) -> None:
    submitted = {view["callback_id"] for view in modals(rulebook) if "submit" in view}

    assert set(recorded().views) == submitted
