"""Views and messages that Slack would refuse are refused, sound ones are not."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.checks.messages import check_message
from sandbox.checks.views import view_problems
from sandbox.errors import ApiError
from tests.sandbox.counterpart import form, modal, option, plain, text_input

Json = dict[str, Any]


def test_a_whole_form_is_sound() -> None:
    assert view_problems(form(), "modal") == []


def test_a_home_tab_may_have_inputs_without_submit() -> None:
    assert view_problems({"type": "home", "blocks": [text_input("what")]}, "home") == []


def _element(kind: str, **more: Any) -> Json:  # noqa: ANN401  (any Block Kit value)
    element = {"type": kind, "action_id": "e", **more}
    return {"type": "input", "block_id": "b", "label": plain("Label"), "element": element}


def _actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "a", "elements": [*elements]}


def _button(**more: Any) -> Json:  # noqa: ANN401  (any Block Kit value)
    return {"type": "button", "action_id": "b", "text": plain("Press"), **more}


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


OPTIONS = [option("one"), option("two")]
CONFIRM = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes")}

WRONG: list[tuple[str, Json, str]] = [
    ("no title", {k: v for k, v in modal(_section("a")).items() if k != "title"}, "/view]"),
    ("long title", modal(_section("a"), title=plain("a" * 25)), "/title/text"),
    ("long submit", modal(_section("a"), submit=plain("a" * 25)), "/submit/text"),
    ("mrkdwn title", modal(title={"type": "mrkdwn", "text": "a"}), "/title/type"),
    ("input without submit", modal(text_input("a"), submit=None), "submit"),
    ("long metadata", modal(_section("a"), private_metadata="a" * 3001), "/private_metadata"),
    ("long callback id", modal(_section("a"), callback_id="a" * 256), "/callback_id"),
    ("unknown key", modal(_section("a"), colour="red"), "colour"),
    ("101 blocks", modal(*({"type": "divider"} for _ in range(101))), "/view/blocks]"),
    ("unknown block", modal({"type": "carpet"}), "/blocks/0/type"),
    ("message block", modal({"type": "markdown", "text": "a"}), "/blocks/0/type"),
    ("same block id", modal(text_input("a"), text_input("a")), "/blocks/1/block_id"),
    ("same action id", modal(_actions(_button(), _button())), "/blocks/0/elements"),
    ("long block id", modal({"type": "divider", "block_id": "a" * 256}), "/blocks/0/block_id"),
    ("long action id", modal(_actions(_button(action_id="a" * 256))), "/elements/0/action_id"),
    ("long section", modal(_section("a" * 3001)), "/blocks/0/text/text"),
    ("empty section", modal(_section("")), "/blocks/0/text/text"),
    ("section of nothing", modal({"type": "section"}), "/blocks/0"),
    ("long header", modal({"type": "header", "text": plain("a" * 151)}), "/blocks/0/text/text"),
    ("long label", modal(text_input("a") | {"label": plain("a" * 2001)}), "/label/text"),
    ("input without label", modal({"type": "input", "element": {}}), "label"),
    ("button in input", modal(_element("button")), "/element/type"),
    ("input in actions", modal(_actions({"type": "plain_text_input"})), "/elements/0/type"),
    ("empty actions", modal(_actions()), "/elements]"),
    ("26 buttons", modal(_actions(*(_button(action_id=str(n)) for n in range(26)))), "/elements]"),
    ("long button", modal(_actions(_button(text=plain("a" * 76)))), "/text/text"),
    ("long value", modal(_actions(_button(value="a" * 2001))), "/value"),
    ("odd style", modal(_actions(_button(style="loud"))), "/style"),
    ("empty confirm", modal(_actions(_button(confirm={}))), "/confirm]"),
    ("long confirm", modal(_actions(_button(confirm=CONFIRM | {"deny": plain("a" * 31)}))), "deny"),
    ("11 files", modal(_element("file_input", max_files=11)), "/max_files"),
    ("no files", modal(_element("file_input", max_files=0)), "/max_files"),
    ("no file types", modal(_element("file_input", filetypes=[])), "/filetypes"),
    ("dotted file types", modal(_element("file_input", filetypes=[".csv"])), "/filetypes"),
    ("files with a placeholder", modal(_element("file_input", placeholder=plain("a"))), "property"),
    ("files in actions", modal(_actions({"type": "file_input"})), "/elements/0/type"),
    ("no options", modal(_element("static_select")), "options"),
    ("101 options", modal(_element("static_select", options=[OPTIONS[0]] * 101)), "/options]"),
    ("11 boxes", modal(_element("checkboxes", options=[OPTIONS[0]] * 11)), "/options]"),
    ("11 radios", modal(_element("radio_buttons", options=[OPTIONS[0]] * 11)), "/options]"),
    ("long option", modal(_element("static_select", options=[option("a" * 76)])), "/text/text"),
    (
        "long option value",
        modal(_element("static_select", options=[OPTIONS[0] | {"value": "a" * 151}])),
        "/options/0/value",
    ),
    (
        "strange initial option",
        modal(_element("static_select", options=OPTIONS, initial_option=option("three"))),
        "/initial_option",
    ),
    (
        "strange initial options",
        modal(_element("checkboxes", options=OPTIONS, initial_options=[option("three")])),
        "/initial_options",
    ),
    (
        "no initial options",
        modal(_element("checkboxes", options=OPTIONS, initial_options=[])),
        "/initial_options",
    ),
    (
        "long placeholder",
        modal(text_input("a", placeholder=plain("a" * 151))),
        "/placeholder/text",
    ),
    ("too long at most", modal(text_input("a", max_length=3001)), "/max_length"),
    ("least above most", modal(text_input("a", min_length=5, max_length=2)), "/max_length"),
    (
        "initial too long",
        modal(text_input("a", max_length=1, initial_value="ab")),
        "/initial_value",
    ),
    ("no date", modal(_element("datepicker", initial_date="tomorrow")), "/initial_date"),
    (
        "two in focus",
        modal(text_input("a", focus_on_load=True), text_input("b", focus_on_load=True)),
        "focus_on_load",
    ),
    ("not a list", modal(blocks={}), "must provide an array"),
    ("no object", modal(blocks=["a"]), "/blocks/0"),
    ("text of nothing", modal(_section("a") | {"text": "a"}), "/blocks/0/text"),
    ("text of a number", modal({"type": "header", "text": plain("a") | {"text": 1}}), "/text/text"),
    ("two lines", modal({"type": "header", "text": plain("a\nb")}), "/blocks/0/text"),
    ("id of a number", modal({"type": "divider", "block_id": 1}), "/block_id"),
    ("11 fields", modal({"type": "section", "fields": [plain("a")] * 11}), "/fields]"),
    ("empty context", modal({"type": "context", "elements": []}), "/elements]"),
    ("11 in context", modal({"type": "context", "elements": [plain("a")] * 11}), "/elements]"),
    ("image unsaid", modal({"type": "context", "elements": [{"type": "image"}]}), "alt_text"),
    ("image of nothing", modal({"type": "image", "alt_text": "a"}), "image_url"),
    ("no element", modal(text_input("a") | {"element": "a"}), "/element"),
    ("odd confirm", modal(_actions(_button(confirm="a"))), "/confirm"),
    ("odd confirm style", modal(_actions(_button(confirm=CONFIRM | {"style": "a"}))), "/style"),
    ("odd option", modal(_element("static_select", options=["a"])), "/options/0"),
    (
        "options and groups",
        modal(_element("static_select", options=OPTIONS, option_groups=[])),
        "only one of",
    ),
    (
        "odd group",
        modal(_element("static_select", option_groups=[{"options": OPTIONS}])),
        "/option_groups/0/label",
    ),
    ("odd most", modal(_element("multi_users_select", max_selected_items=0)), "/max_selected"),
    (
        "more than most",
        modal(_element("multi_users_select", max_selected_items=1, initial_users=["U1", "U2"])),
        "/initial_users",
    ),
    ("odd least", modal(text_input("a", min_length=-1)), "/min_length"),
    (
        "odd trigger",
        modal(text_input("a", dispatch_action_config={"trigger_actions_on": ["on_sneeze"]})),
        "/dispatch_action_config",
    ),
    ("input in accessory", modal(_section("a") | {"accessory": {"type": "video"}}), "/accessory"),
]


@pytest.mark.parametrize(("view", "place"), [case[1:] for case in WRONG], ids=[c[0] for c in WRONG])
def test_an_unsound_view_is_found_out_with_its_place(view: Json, place: str) -> None:
    problems = view_problems(view, "modal")

    assert any(place in problem for problem in problems), problems


def test_every_kind_of_block_can_be_sound() -> None:
    picture: Json = {"type": "image", "image_url": "https://health.example/a.png", "alt_text": "A"}
    blocks: list[Json] = [
        {"type": "header", "text": plain("Header")},
        {"type": "context", "elements": [plain("Small"), picture]},
        {"type": "section", "fields": [plain("Field")], "accessory": picture},
        _section("Menu")
        | {"accessory": {"type": "overflow", "action_id": "o", "options": OPTIONS}},
        picture,
        _actions(_button(confirm=CONFIRM, style="danger", url="https://health.example")),
        _element("checkboxes", options=OPTIONS, initial_options=OPTIONS[:1]),
        {"type": "divider"},
    ]

    assert view_problems(modal(*blocks), "modal") == []


def test_a_home_tab_has_no_title() -> None:
    view = {"type": "home", "blocks": [], "title": plain("Home")}

    assert "title" in view_problems(view, "home")[0]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"text": "a", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "a", "blocks": "what"}, "invalid_blocks_format"),
        ({"text": 1}, "invalid_arguments"),
        ({"text": "a", "metadata": "what"}, "invalid_metadata_format"),
        ({"text": "a", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
    ],
)
def test_an_unsound_message_is_refused(message: Json, error: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_message(message)

    assert caught.value.code == error
