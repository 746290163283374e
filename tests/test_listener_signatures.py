"""Tests that listeners have an id, and only parameters that Bolt fills, not with None."""

import inspect

import pytest
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from handlers.register import Handlers
from tests.bolt_shortcuts import parameters_of
from tests.handlers.recording_app import Listener, RecordingApp, unused_dependencies


def recorder() -> RecordingApp:
    app = RecordingApp()
    Handlers(unused_dependencies()).register(app)  # type: ignore[arg-type]
    return app


def test_every_listener_is_registered_by_an_id() -> None:
    """`bot.slack.app` looks up a request's listeners by its ids; a pattern would not be found."""
    kinds = recorder().by_id()

    assert all(kinds)
    assert {type(one) for kind in kinds for one in kind} == {str}


@pytest.mark.parametrize("listener", recorder().all(), ids=lambda listener: listener.__qualname__)
def test_every_listener_parameter_is_one_that_bolt_fills(listener: Listener) -> None:
    for name, parameter in inspect.signature(listener).parameters.items():
        assert name in AsyncArgs.__annotations__
        assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD


@pytest.mark.parametrize("listener", recorder().all(), ids=lambda listener: listener.__qualname__)
def test_the_tests_read_the_same_parameters_as_bolt(listener: Listener) -> None:
    assert parameters_of(listener) == inspect.getfullargspec(inspect.unwrap(listener)).args
