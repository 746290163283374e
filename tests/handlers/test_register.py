"""Tests that exactly the rendered buttons and modals have listeners."""

from core.rulebook import Rulebook
from tests.handlers.block_kit import Json
from tests.handlers.drawn_views import all_blocks, all_modals
from tests.handlers.recording_app import recording_app


def pressed(block: Json) -> list[str]:
    """Return the action ids in the block that send a request at once."""
    elements = [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
    if block.get("dispatch_action"):
        elements.append(block["element"])
    return [element["action_id"] for element in elements if "action_id" in element]


def test_exactly_the_drawn_buttons_have_listeners(rulebook: Rulebook) -> None:
    offered = {action_id for block in all_blocks(rulebook) for action_id in pressed(block)}

    assert set(recording_app().actions) == offered


def test_exactly_the_submittable_modals_have_listeners(rulebook: Rulebook) -> None:
    submitted = {view["callback_id"] for view in all_modals(rulebook) if "submit" in view}

    assert set(recording_app().views) == submitted
