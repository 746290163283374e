"""Tests that listeners only have parameters that Bolt fills; it passes None for others."""

import inspect

import pytest
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from handlers.register import Handlers
from tests.handlers.recording_app import Listener, RecordingApp, unused_dependencies


def listeners() -> list[Listener]:
    recorder = RecordingApp()
    Handlers(unused_dependencies()).register(recorder)  # type: ignore[arg-type]
    return recorder.all()


@pytest.mark.parametrize("listener", listeners(), ids=lambda listener: listener.__qualname__)
def test_every_listener_parameter_is_one_that_bolt_fills(listener: Listener) -> None:
    for name, parameter in inspect.signature(listener).parameters.items():
        assert name in AsyncArgs.__annotations__
        assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
