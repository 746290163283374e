"""A fake Bolt app that records the listeners that are registered with it."""

from collections.abc import Callable
from typing import Any

from core.catalogue.load import load, shipped
from core.health.rules import ProcessHealth
from core.policy import Policy
from core.rulebook import Rulebook
from handlers.dependencies import Dependencies
from handlers.register import Handlers
from tests.times import NOON

Listener = Callable[..., Any]


class RecordingApp:
    """Has the methods of Bolt's app that listeners register with."""

    def __init__(self) -> None:
        self.commands: dict[str, Listener] = {}
        self.shortcuts: dict[str, Listener] = {}
        self.events: dict[str, Listener] = {}
        self.actions: dict[str, Listener] = {}
        self.views: dict[str, Listener] = {}
        self.options_: dict[str, Listener] = {}
        self.error_listener: Listener | None = None

    def command(self, name: str) -> Callable[[Listener], None]:
        return lambda listener: self.commands.__setitem__(name, listener)

    def shortcut(self, name: str) -> Callable[[Listener], None]:
        return lambda listener: self.shortcuts.__setitem__(name, listener)

    def event(self, name: str) -> Callable[[Listener], None]:
        return lambda listener: self.events.__setitem__(name, listener)

    def action(self, name: str) -> Callable[[Listener], None]:
        return lambda listener: self.actions.__setitem__(name, listener)

    def view(self, name: str) -> Callable[[Listener], None]:
        return lambda listener: self.views.__setitem__(name, listener)

    def options(self, name: str) -> Callable[[Listener], None]:
        return lambda listener: self.options_.__setitem__(name, listener)

    def error(self, listener: Listener) -> None:
        self.error_listener = listener

    def all(self) -> list[Listener]:
        return [listener for table in self.by_id() for listener in table.values()]

    def by_id(self) -> tuple[dict[str, Listener], ...]:
        """Return the listeners of each kind, by the id that they are registered with."""
        interactions = (self.actions, self.views, self.options_)
        return (self.commands, self.shortcuts, self.events, *interactions)


async def healthy_process() -> ProcessHealth:
    """Return the health of a process without problems."""
    return ProcessHealth(NOON, NOON, 0)


def unused_dependencies() -> Dependencies:
    """Return dependencies that are enough for registering listeners, but not for running them."""
    return Dependencies(
        store=None,  # type: ignore[arg-type]
        rulebook=Rulebook(Policy(), load(shipped(), "catalogue.toml")),
        clock=lambda: NOON,
        workspace=None,  # type: ignore[arg-type]
        team_id="T0IMI",
        public_url="http://127.0.0.1",
        run_in_background=lambda _: None,
        wake_delivery_worker=lambda: None,
        process_health=healthy_process,
    )


def recording_app() -> RecordingApp:
    recorder = RecordingApp()
    Handlers(unused_dependencies()).register(recorder)  # type: ignore[arg-type] # has what is used of it
    return recorder
