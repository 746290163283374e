"""The class `Sandbox`, which tests and the demo use for the whole workspace and its mailbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from sandbox.delivery.events import Events
from sandbox.delivery.http import HttpDelivery
from sandbox.delivery.socket_mode import SocketModeDelivery
from sandbox.interactions import (
    block_actions,
    commands,
    home_tab,
    members,
    messages,
    modals,
    screen,
    suggestions,
)
from sandbox.interactions.dispatcher import Dispatcher
from sandbox.mailbox import Mail, Mailbox
from sandbox.page.api import PageApi
from sandbox.page.context import PageContext
from sandbox.page.files import PageFiles
from sandbox.server import Server
from sandbox.state.clock import SandboxClock
from sandbox.state.members import dm_id
from sandbox.state.workspace import Workspace
from sandbox.summary import summary
from sandbox.webapi.context import ApiContext
from sandbox.webapi.faults import Faults
from sandbox.webapi.file_transfers import FileTransfers
from sandbox.webapi.http import WebApi
from sandbox.webapi.rate_limits import RateLimits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import timedelta

    from sandbox.delivery.answers import Answer
    from sandbox.delivery.requests import AppRequest, AppResponse
    from sandbox.json_types import Json
    from sandbox.state.app_install import AppInstall
    from sandbox.state.members import Channel, Member
    from sandbox.state.messages import Message
    from sandbox.webapi.calls import Call


@dataclass(kw_only=True, eq=False, repr=False)
class Sandbox:
    """A workspace with an installed app, and a mailbox; use it with `async with`.

    The app gets signed HTTP requests at `request_url`; if that is None, it gets envelopes through
    its Socket Mode connection. A port of 0 means a free one. `calls` are the app's Web API calls,
    `received` is every raw body that the app sent.
    """

    members: Sequence[Member]
    app: AppInstall
    channels: Sequence[Channel] = ()
    clock: SandboxClock = field(default_factory=SandboxClock)
    http_port: int = 0
    smtp_port: int = 0
    request_url: str | None = None
    # Called after the page moved the clock; returns what happened then, for the page to show.
    after_clock_jump: Callable[[], Awaitable[str]] | None = None
    calls: list[Call] = field(init=False, default_factory=list)
    received: list[bytes] = field(init=False, default_factory=list)
    faults: Faults = field(init=False, default_factory=Faults)

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.members, self.channels, self.app, self.clock)
        self.rate_limits = RateLimits(self.clock.now)
        self.mailbox = Mailbox(self.clock.now, self.workspace.changes)
        self.socket = SocketModeDelivery(self.received.append)
        secret = self.app.signing_secret
        self._http = HttpDelivery(lambda: self.request_url, secret, self.received.append)
        self._events = Events(self.workspace, self)
        self.dispatcher = Dispatcher(self.workspace, self, self._events, self.response_url)
        send_event, follower = self._events.send_in_background, lambda: self.after_clock_jump
        api = ApiContext(self.workspace, self.rate_limits, self._socket_url, send_event)
        services = (
            WebApi(api, self.faults, self.calls, self.received),
            FileTransfers(self.workspace, self.faults, self.received),
            self.socket,
            PageFiles(self.workspace, self.received),
            PageApi(PageContext(self.dispatcher, self.mailbox, self.faults, follower)),
        )
        self._server = Server([route for service in services for route in service.routes()])

    async def __aenter__(self) -> Self:
        await self.mailbox.start(self.smtp_port)
        await self._server.start(self.http_port)
        self.workspace.files.base_url = self._server.url
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._events.stop()
        await self.socket.close()
        await self._http.stop()
        await self._server.stop()
        await self.mailbox.stop()

    @property
    def api_url(self) -> str:
        """Return the base URL of the Web API."""
        return f"{self._server.url}api/"

    @property
    def page_url(self) -> str:
        """Return the URL of the page."""
        return self._server.url

    @property
    def smtp_url(self) -> str:
        """Return the URL of the mailbox's SMTP server."""
        return f"smtp://127.0.0.1:{self.mailbox.port}"

    @property
    def mails(self) -> list[Mail]:
        """Return the mails that arrived, oldest first."""
        return self.mailbox.mails

    async def deliver(self, request: AppRequest) -> AppResponse:
        """Send a request to the app, by HTTP or Socket Mode."""
        delivery = self._http if self.request_url else self.socket
        return await delivery.deliver(request)

    async def command(
        self, member: str, command: str, text: str = "", *, channel: str = ""
    ) -> Answer:
        """Type a slash command in `channel`, by default in the member's DM with the app."""
        where = channel or dm_id(member)
        return await commands.command(self.dispatcher, member, (command, text), where)

    async def shortcut(self, member: str, callback_id: str) -> Answer:
        """Choose a global shortcut."""
        return await commands.shortcut(self.dispatcher, member, callback_id)

    def view(self, member: str) -> Json | None:
        """Return the member's topmost modal with its state, None if none is open."""
        stack = self.views(member)
        return stack[-1] if stack else None

    def views(self, member: str) -> list[Json]:
        """Return the member's modals, the lowest first."""
        return screen.open_modals(self.workspace, member)

    def errors(self, member: str) -> dict[str, str]:
        """Return the errors that the member's topmost modal shows, by block id."""
        return screen.field_errors(self.workspace, member)

    def notice(self, member: str) -> str:
        """Return the failure that the member was shown last, empty if none."""
        return self.workspace.notices.get(member, "")

    def home(self, member: str) -> Json | None:
        """Return the member's Home tab, None if the app published none."""
        return screen.home_tab(self.workspace, member)

    def messages(self, channel: str) -> list[Message]:
        """Return the messages of a channel or, given a member's id, of the member's DM."""
        return self.workspace.messages(channel)

    async def fill(self, member: str, values: dict[str, Any]) -> list[Answer]:
        """Fill in the topmost modal by action id, with texts, option values, ids, lists or None."""
        return await modals.fill(self.dispatcher, member, values)

    def choose_file(self, member: str, name: str, content: bytes) -> str:
        """Upload a file for a `file_input`; returns the id, which `fill` accepts."""
        return self.workspace.files.add(member, name, content).id

    def file(self, file_id: str) -> bytes:
        """Return the content of a file; NotFoundError if there is none."""
        return self.workspace.files.get(file_id).content or b""

    async def submit(self, member: str, *, view_id: str = "") -> Answer:
        """Submit the topmost modal, or the one of `view_id`, and apply the app's answer."""
        return await modals.submit(self.dispatcher, member, view_id)

    async def close(self, member: str, *, clear: bool = False) -> Answer | None:
        """Close the topmost modal, or with `clear` all; None if the app is not notified."""
        return await modals.close(self.dispatcher, member, clear=clear)

    async def click(
        self,
        member: str,
        action_id: str,
        where: str | None = None,
        *,
        value: Any = None,  # noqa: ANN401  (str, list or dict)
        block_id: str = "",
    ) -> Answer:
        """Press a button, or choose `value` in a menu; for `where` see `screen.container_of`."""
        target = block_actions.ElementTarget(action_id, where, block_id, value)
        return await block_actions.click(self.dispatcher, member, target)

    async def suggest(
        self, member: str, action_id: str, text: str, where: str | None = None
    ) -> Answer:
        """Type into a menu with options from the app; they are in the body of the answer."""
        target = block_actions.ElementTarget(action_id, where, value=text)
        return await suggestions.suggest(self.dispatcher, member, target)

    async def open_home(self, member: str) -> Answer:
        """Open the Home tab."""
        return await home_tab.open_home(self.dispatcher, member)

    async def say(self, member: str, channel: str, text: str) -> Answer:
        """Post a message in a channel or in the DM with the app."""
        return await messages.say(self.dispatcher, member, channel, text)

    async def event(self, event: Json) -> Answer:
        """Send any event that the app subscribed to, with retries if it does not respond."""
        return await self._events.send(event)

    async def update_member(self, member: str, **changes: Any) -> Answer:  # noqa: ANN401  (any field)
        """Change fields of a member, which sends `user_change`."""
        return await members.change_member(self.dispatcher, member, changes)

    async def deactivate(self, member: str) -> Answer:
        """Deactivate a member's account."""
        return await self.update_member(member, deleted=True)

    async def join(self, member: Member) -> Answer:
        """Add a member to the workspace, which sends `team_join`."""
        return await members.join(self.dispatcher, member)

    async def invite(self, member: str, channel: str) -> Answer:
        """Add a member, or the app's bot user, to a channel."""
        return await members.invite(self.dispatcher, member, channel)

    def advance(self, step: timedelta) -> None:
        """Move the clock forward."""
        self.workspace.advance_clock(step)

    async def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        """Wait until `condition()` is true; AssertionError with a summary after `seconds`."""
        if not await self.workspace.changes.wait_until(condition, seconds):
            activity = summary(self.workspace, self.calls, self.mails)
            raise AssertionError(f"not within {seconds} s; {activity}")

    def response_url(self, key: str) -> str:
        """Return the response URL of a key."""
        return f"{self._server.url}response/{key}"

    def _socket_url(self) -> str:
        return self.socket.new_url(self._server.url)
