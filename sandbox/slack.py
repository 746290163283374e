"""The sandbox as a whole: one object that tests and the demo hold on to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from sandbox.acts import buttons, commands, forms, places
from sandbox.acts.buttons import Spot
from sandbox.acts.desk import Desk
from sandbox.clock import SandboxClock
from sandbox.delivery_http import HttpDelivery
from sandbox.delivery_socket import SocketDelivery
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.mailbox import Mail, Mailbox
from sandbox.members import APP_ID, dm_id
from sandbox.page_api import PageApi
from sandbox.ratelimits import RateLimits
from sandbox.server import Server
from sandbox.summaries import summary
from sandbox.webapi.context import Api
from sandbox.webapi.downloads import Downloads
from sandbox.webapi.http import WebApi
from sandbox.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta
    from types import TracebackType

    from sandbox.installs import AppInstall
    from sandbox.members import Channel, Member
    from sandbox.messages import Message
    from sandbox.parcels import Parcel, Reply
    from sandbox.records import Answer, Call
    from sandbox.shapes import Json

PAUSE = 0.02  # seconds between two looks when nothing visible has changed


@dataclass(kw_only=True, eq=False, repr=False)
class Sandbox:
    """A workspace with an app in it, and a mailbox; use it as `async with`.

    With `request_url` set, the app gets signed HTTP requests there; with None, envelopes
    through the Socket Mode connection it opened. Ports: 0 for free ones.
    """

    members: Sequence[Member]
    app: AppInstall
    channels: Sequence[Channel] = ()
    clock: SandboxClock = field(default_factory=SandboxClock)
    http_port: int = 0
    smtp_port: int = 0
    request_url: str | None = None
    calls: list[Call] = field(init=False, default_factory=list)
    received: list[bytes] = field(init=False, default_factory=list)
    faults: Faults = field(init=False, default_factory=Faults)

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.members, self.channels, self.app, self.clock)
        self.rate_limits = RateLimits(self.clock.now)
        self.mailbox = Mailbox(self.clock.now, self.workspace.changes)
        self.socket = SocketDelivery(self.received.append)
        secret = self.app.signing_secret
        self._http = HttpDelivery(lambda: self.request_url, secret, self.received.append)
        self._events = Events(self.workspace, self)
        self.desk = Desk(self.workspace, self, self._events, self.response_url)
        api = Api(self.workspace, self.rate_limits, self._socket_url, self._events.post)
        web_api = WebApi(api, self.faults, self.calls, self.received)
        downloads = Downloads(self.workspace, self.faults, self.received)
        pages = PageApi(self)
        self._server = Server([*web_api.routes(), *downloads.routes(), *pages.routes()])

    async def __aenter__(self) -> Self:
        await self.mailbox.start(self.smtp_port)
        await self._server.start(self.http_port)
        self.workspace.files.address = self._server.url
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._events.stop()
        await self.socket.close()
        await self._http.stop()
        await self._server.stop()
        await self.mailbox.stop()

    @property
    def api_url(self) -> str:
        """Return the address of the Web API."""
        return f"{self._server.url}api/"

    @property
    def page_url(self) -> str:
        """Return the address of the page."""
        return self._server.url

    @property
    def smtp_url(self) -> str:
        """Return the address of the mailbox's SMTP server."""
        return f"smtp://127.0.0.1:{self.mailbox.port}"

    @property
    def mails(self) -> list[Mail]:
        """Return the mails that arrived, oldest first."""
        return self.mailbox.mails

    async def deliver(self, parcel: Parcel) -> Reply:
        """Hand a parcel to the app, by HTTP or Socket Mode."""
        delivery = self._http if self.request_url else self.socket
        return await delivery.deliver(parcel)

    async def command(
        self, member: str, command: str, text: str = "", *, channel: str = ""
    ) -> Answer:
        """Type a slash command, in `channel` or in the DM with the app."""
        where = channel or dm_id(member)
        return await commands.command(self.desk, member, (command, text), where)

    async def shortcut(self, member: str, callback_id: str) -> Answer:
        """Pick a global shortcut."""
        return await commands.shortcut(self.desk, member, callback_id)

    def view(self, member: str) -> Json | None:
        """Return the member's topmost modal with its state, None if there is none."""
        stack = self.views(member)
        return stack[-1] if stack else None

    def views(self, member: str) -> list[Json]:
        """Return the member's modals, bottom first."""
        return [opened.json() for opened in self.workspace.modals.stack(member)]

    def errors(self, member: str) -> dict[str, str]:
        """Return the texts shown at the topmost modal's fields, by block id."""
        stack = self.workspace.modals.stack(member)
        return dict(stack[-1].errors) if stack else {}

    def notice(self, member: str) -> str:
        """Return the last failure the member was shown, empty if none."""
        return self.workspace.notices.get(member, "")

    def home(self, member: str) -> Json | None:
        """Return the member's Home tab, None if the app published none."""
        home = self.workspace.modals.home(member)
        return home.json() if home else None

    def messages(self, place: str) -> list[Message]:
        """Return the messages of a channel or, for a member's id, of their DM with the app."""
        return self.workspace.messages(place)

    async def fill(self, member: str, values: dict[str, Any]) -> list[Answer]:
        """Type into the topmost modal by action id: texts, option values, ids, lists, None."""
        return await forms.fill(self.desk, member, values)

    def choose_file(self, member: str, name: str, content: bytes) -> str:
        """Upload a file as the client does for a `file_input`; its id can be filled in."""
        return self.workspace.files.add(member, name, content).id

    def file(self, file_id: str) -> bytes:
        """Return the content of a file; NothingThereError if there is none."""
        return self.workspace.files.named(file_id).content or b""

    async def submit(self, member: str, *, view_id: str = "") -> Answer:
        """Submit the topmost modal, or the one of `view_id`, and apply the answer."""
        return await forms.submit(self.desk, member, view_id)

    async def close(self, member: str, *, clear: bool = False) -> Answer | None:
        """Close the topmost modal, or with `clear` all; None if the app is not told."""
        return await forms.close(self.desk, member, clear=clear)

    async def click(
        self,
        member: str,
        action_id: str,
        where: str | None = None,
        *,
        value: Any = None,  # noqa: ANN401  (str, list or dict)
        block_id: str = "",
    ) -> Answer:
        """Press a button, or choose `value` in a menu, in `where` (see `screen.holder_of`)."""
        return await buttons.click(self.desk, member, Spot(action_id, where, block_id, value))

    async def suggest(
        self, member: str, action_id: str, text: str, where: str | None = None
    ) -> Answer:
        """Type into a menu whose options the app provides; they are the answer's body."""
        return await buttons.suggest(self.desk, member, Spot(action_id, where, value=text))

    async def open_home(self, member: str) -> Answer:
        """Open the Home tab."""
        return await places.open_home(self.desk, member)

    async def say(self, member: str, channel: str, text: str) -> Answer:
        """Write a message in a channel or in the DM with the app."""
        return await places.say(self.desk, member, channel, text)

    async def event(self, event: Json) -> Answer:
        """Send any event the app subscribed to, and again later when it does not answer."""
        return await self._events.send(event)

    async def update_member(self, member: str, **changes: Any) -> Answer:  # noqa: ANN401  (any field)
        """Change fields of a member; `user_change` tells of it."""
        return await places.change_member(self.desk, member, changes)

    async def deactivate(self, member: str) -> Answer:
        """Deactivate a member's account."""
        return await self.update_member(member, deleted=True)

    async def join(self, member: Member) -> Answer:
        """Let someone new in; `team_join` tells of it."""
        return await places.join(self.desk, member)

    async def invite(self, member: str, channel: str) -> Answer:
        """Put a member, or the app's bot user, into a channel."""
        return await places.invite(self.desk, member, channel)

    def advance(self, step: timedelta) -> None:
        """Move the clock forward."""
        self.clock.advance(step)
        self.workspace.changes.note()

    async def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        """Wait until `condition()` is true; AssertionError with what was seen if it stays false."""
        ends = time.monotonic() + seconds
        while not condition():
            left = ends - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not within {seconds} s; {summary(self)}")
            version = self.workspace.changes.version
            await self.workspace.changes.after(version, min(left, PAUSE))

    def response_url(self, key: str) -> str:
        """Return the address that an answer by this key goes to."""
        return f"{self._server.url}response/{key}"

    def _socket_url(self) -> str:
        host = self._server.url.replace("http://", "ws://")
        return f"{host}link/?ticket={self.socket.new_ticket()}&app_id={APP_ID}"
