"""The views on members' screens: a stack of modals and a Home tab for each member."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.block_kit import input_state
from sandbox.block_kit.stored_form import stored_blocks, stored_text
from sandbox.state.members import APP_ID, BOT_ID, TEAM_ID

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.change_counter import ChangeCounter

# The most modals that Slack stacks.
MAX_STACK = 3
VIEW_DEFAULTS = {"private_metadata": "", "callback_id": "", "external_id": ""}
MODAL_DEFAULTS: dict[str, Any] = {
    "clear_on_close": False,
    "notify_on_close": False,
    "submit": None,
    "close": None,
}


@dataclass(slots=True, eq=False)
class OpenView:
    """A view on a member's screen: the fields the app sent, and the state of its inputs."""

    id: str
    member: str
    fields: Json
    root_id: str
    previous_id: str | None = None
    hash: str = ""
    state: input_state.State = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    suggested: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Return the view's blocks."""
        blocks: list[Json] = self.fields["blocks"]
        return blocks

    def json(self, *, with_state: bool = True) -> Json:
        """Return the view object; Web API responses leave out the state of the inputs."""
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            **self.fields,
            "state": {"values": self.state if with_state else {}},
            "hash": self.hash,
            "submit_disabled": False,
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }


class Views:
    """Every member's stack of modals and Home tab."""

    def __init__(self, changes: ChangeCounter) -> None:
        self._changes = changes
        self._stacks: dict[str, list[OpenView]] = {}
        self._homes: dict[str, OpenView] = {}
        self._known: set[str] = set()
        self._numbers = itertools.count(1)

    def stack(self, member: str) -> list[OpenView]:
        """Return the member's open modals, the lowest first."""
        return list(self._stacks.get(member, ()))

    def home(self, member: str) -> OpenView | None:
        """Return the member's Home tab, None if the app published none."""
        return self._homes.get(member)

    def find(self, view_id: str) -> OpenView | None:
        """Return the open modal or Home tab of an id or external id, None if there is none."""
        views = [*itertools.chain(*self._stacks.values()), *self._homes.values()]
        named = (v for v in views if view_id in {v.id, v.fields["external_id"] or None})
        return next(named, None)

    def was_known(self, view_id: str) -> bool:
        """Return whether a view of that id was ever open."""
        return view_id in self._known

    def open(self, member: str, view: Json) -> OpenView:
        """Open a modal as the only one of a new stack."""
        opened = self._new(member, view)
        self._stacks[member] = [opened]
        self._changes.count()
        return opened

    def push(self, member: str, view: Json) -> OpenView:
        """Open a modal on top of the member's stack."""
        below = self._stacks[member][-1]
        pushed = self._new(member, view)
        pushed.root_id, pushed.previous_id = below.root_id, below.id
        self._stacks[member].append(pushed)
        self._changes.count()
        return pushed

    def update(self, opened: OpenView, view: Json) -> None:
        """Replace a view's content; entered values survive as `state_after_update` says."""
        opened.fields = _fields_of(view)
        opened.state = input_state.state_after_update(opened.state, opened.blocks)
        opened.errors = {}
        opened.hash = _hash()
        self._changes.count()

    def publish(self, member: str, view: Json) -> OpenView:
        """Create or update a member's Home tab."""
        home = self._homes.get(member)
        if home is None:
            home = self._homes[member] = self._new(member, view)
            self._changes.count()
        else:
            self.update(home, view)
        return home

    def close(self, opened: OpenView) -> None:
        """Remove a modal and those above it from the stack, if it is still there."""
        stack = self._stacks.get(opened.member, [])
        if opened in stack:
            del stack[stack.index(opened) :]
        self._changes.count()

    def clear(self, member: str) -> None:
        """Close all modals of a member."""
        self._stacks.pop(member, None)
        self._changes.count()

    def _new(self, member: str, view: Json) -> OpenView:
        view_id = f"V0{next(self._numbers):08d}"
        self._known.add(view_id)
        opened = OpenView(view_id, member, _fields_of(view), root_id=view_id, hash=_hash())
        opened.state = input_state.initial_state(opened.blocks)
        return opened


def _fields_of(view: Json) -> Json:
    fields: Json = {"type": view["type"], **VIEW_DEFAULTS}
    if view["type"] == "modal":
        fields |= MODAL_DEFAULTS
    fields |= {key: value for key, value in view.items() if value is not None}
    for key in ("title", "submit", "close"):
        if fields.get(key):
            fields[key] = stored_text(fields[key])
    fields["blocks"] = stored_blocks(view["blocks"])
    return fields


def _hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_urlsafe(6)}"
