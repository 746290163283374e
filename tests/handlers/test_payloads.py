"""Tests of reading Slack's raw dictionaries; malformed ones raise BadPayloadError."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.members.rules import MemberKey
from handlers import payloads
from handlers.interactions import BadPayloadError
from sandbox.block_kit.elements import VALUE_KEYS
from tests.times import NOON

MODAL: dict[str, Any] = {
    "view": {
        "id": "V1",
        "hash": "1.a",
        "type": "modal",
        "private_metadata": '{"round": 2}',
        "state": {
            "values": {
                "a": {"a": {"type": "plain_text_input", "value": "typed"}},
                "b": {"b": {"type": "static_select", "selected_option": {"value": "da"}}},
                "c": {
                    "c": {
                        "type": "checkboxes",
                        "selected_options": [{"value": "x"}, {"value": "y"}],
                    }
                },
                "d": {"d": {"type": "users_select", "selected_user": "U1"}},
                "e": {"e": {"type": "plain_text_input", "value": None}},
            }
        },
    }
}


def test_a_form_is_read_by_action_id() -> None:
    form = payloads.submitted_form_of(MODAL)

    assert (form.view_id, form.metadata) == ("V1", {"round": 2})
    assert dict(form.values) == {
        "a": ("typed",),
        "b": ("da",),
        "c": ("x", "y"),
        "d": ("U1",),
        "e": (),
    }
    assert (form.text("a"), form.text("e"), form.text("nowhere")) == ("typed", "", "")


EVERY_STATE: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "plain_text_input": ({"value": "typed"}, ("typed",)),
    "email_text_input": ({"value": "a@b.example"}, ("a@b.example",)),
    "url_text_input": ({"value": "https://b.example"}, ("https://b.example",)),
    "number_input": ({"value": "3"}, ("3",)),
    "checkboxes": ({"selected_options": [{"value": "x"}, {"value": "y"}]}, ("x", "y")),
    "radio_buttons": ({"selected_option": {"value": "x"}}, ("x",)),
    "static_select": ({"selected_option": {"value": "x"}}, ("x",)),
    "external_select": ({"selected_option": {"value": "x"}}, ("x",)),
    "users_select": ({"selected_user": "U1"}, ("U1",)),
    "conversations_select": ({"selected_conversation": "C1"}, ("C1",)),
    "channels_select": ({"selected_channel": "C1"}, ("C1",)),
    "multi_static_select": ({"selected_options": [{"value": "x"}]}, ("x",)),
    "multi_external_select": ({"selected_options": [{"value": "x"}]}, ("x",)),
    "multi_users_select": ({"selected_users": ["U1", "U2"]}, ("U1", "U2")),
    "multi_conversations_select": ({"selected_conversations": ["C1", "C2"]}, ("C1", "C2")),
    "multi_channels_select": ({"selected_channels": ["C1"]}, ("C1",)),
    "datepicker": ({"selected_date": "2026-05-26"}, ("2026-05-26",)),
    "timepicker": ({"selected_time": "09:30"}, ("09:30",)),
    "datetimepicker": ({"selected_date_time": 1779782400}, ("1779782400",)),
    "file_input": ({"files": [{"id": "F1"}, {"id": "F2"}]}, ("F1", "F2")),
}


@pytest.mark.parametrize("kind", sorted(VALUE_KEYS.keys() - {"rich_text_input"}))
def test_the_value_of_every_kind_of_element_is_read(kind: str) -> None:  # D22
    state, values = EVERY_STATE[kind]
    empty: object = [] if isinstance(next(iter(state.values())), list) else None

    assert _values_read({"type": kind, **state}) == values
    assert _values_read({"type": kind, **dict.fromkeys(state, empty)}) == ()


def _values_read(state: dict[str, Any]) -> tuple[str, ...]:
    view = {"id": "V1", "state": {"values": {"a": {"a": state}}}}
    return payloads.submitted_form_of({"view": view}).values["a"]


def test_metadata_is_read_by_type() -> None:
    form = payloads.submitted_form_of(MODAL)

    assert (form.hash, form.metadata_number("round"), form.metadata_text("none")) == ("1.a", 2, "")
    with pytest.raises(BadPayloadError):
        form.metadata_text("round")


def test_a_buttons_value_is_read_as_a_number() -> None:
    pressed = {"action_id": "send_again", "value": "12"}
    click = payloads.block_action_of({"actions": [pressed], "trigger_id": "1.2"})

    assert (click.number, click.form) == (12, None)


@pytest.mark.parametrize("value", [None, "", "x", "-1", "1.5"])
def test_a_button_without_a_number_is_refused(value: str | None) -> None:
    pressed = {"action_id": "send_again", "value": value}
    click = payloads.block_action_of({"actions": [pressed], "trigger_id": "1.2"})

    with pytest.raises(BadPayloadError):
        _ = click.number


@pytest.mark.parametrize(
    ("event", "tab"), [({"tab": "home"}, "home"), ({"tab": "messages"}, "messages"), ({}, "home")]
)
def test_an_event_without_a_tab_means_home(event: dict[str, str], tab: str) -> None:
    assert payloads.opened_tab_of({"event": event}) == tab


@pytest.mark.parametrize("command", [{}, {"text": None}, {"text": "  "}])
def test_a_command_without_text_has_an_empty_text(command: dict[str, Any]) -> None:
    assert payloads.command_text_of(command) == ""


def test_a_member_is_identified_with_their_own_workspace() -> None:  # D21
    stranger = {"user": {"id": "U1", "team_id": "T9"}, "team": {"id": "T0"}}
    unsaid = {"user": {"id": "U1"}, "team": {"id": "T0"}}

    assert payloads.sender_of(stranger) == MemberKey("T9", "U1")
    assert payloads.sender_of(unsaid) == MemberKey("T0", "U1")


def test_slackbot_is_a_bot() -> None:  # D21
    member = payloads.member_of({"id": "USLACKBOT", "team_id": "T0", "is_bot": False}, "T0", NOON)

    assert member.bot


@pytest.mark.parametrize(
    ("reader", "body"),
    [
        (payloads.sender_of, {}),
        (payloads.sender_of, {"user": {"id": ""}}),
        (payloads.trigger_id_of, {"trigger_id": 7}),
        (payloads.submitted_form_of, {"view": []}),
        (
            payloads.submitted_form_of,
            {"view": {"id": "V1", "state": {"values": {}}, "private_metadata": "{"}},
        ),
        (
            payloads.submitted_form_of,
            {"view": {"id": "V1", "state": {"values": {}}, "private_metadata": "[]"}},
        ),
        (payloads.block_action_of, {"actions": []}),
        (payloads.block_action_of, {"actions": ["x"]}),
        (payloads.event_user_of, {"team_id": "T0", "event": {}}),
    ],
)
def test_a_malformed_request_is_refused(reader: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - each reader
    with pytest.raises(BadPayloadError):
        reader(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "user",
                    "team",
                    "id",
                    "team_id",
                    "view",
                    "state",
                    "values",
                    "actions",
                    "value",
                    "event",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    body=st.dictionaries(st.sampled_from(["user", "team", "view", "actions", "event"]), json_values)
)
def test_no_malformed_request_crashes_a_reader(body: dict[str, Any]) -> None:
    for reader in (
        payloads.sender_of,
        payloads.submitted_form_of,
        payloads.block_action_of,
        payloads.event_user_of,
    ):
        try:
            reader(body)
        except BadPayloadError:
            continue


def test_a_field_of_ids_accepts_numbers_only() -> None:
    form = payloads.submitted_form_of(MODAL)

    assert form.numbers("nowhere") == frozenset()
    with pytest.raises(BadPayloadError):
        form.numbers("a")


def test_a_button_outside_a_modal_has_no_form() -> None:
    body = {"actions": [{"action_id": "x", "value": "1"}], "trigger_id": "t"}

    with pytest.raises(BadPayloadError):
        _ = payloads.block_action_of(body).required_form
