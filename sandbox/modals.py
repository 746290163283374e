"""Modals and Home tabs: the views Slack keeps, stacked by member."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox import inputs
from sandbox.members import APP_ID, BOT_ID, TEAM_ID
from sandbox.shapes import as_kept, kept_object

if TYPE_CHECKING:
    from sandbox.changes import Changes
    from sandbox.shapes import Json

MAX_STACK = 3
VALUES_DEFAULTS = {"private_metadata": "", "callback_id": "", "external_id": ""}
MODAL_DEFAULTS: dict[str, Any] = {"clear_on_close": False, "notify_on_close": False}


@dataclass(slots=True, eq=False)
class OpenView:
    """One view on a member's screen: what the app sent, and what was typed into it."""

    id: str
    member: str
    fields: Json
    root_id: str
    previous_id: str | None = None
    hash: str = ""
    state: inputs.State = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    suggested: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Return the view's blocks."""
        blocks: list[Json] = self.fields["blocks"]
        return blocks

    def json(self, *, with_state: bool = True) -> Json:
        """Return the view object; the Web API answers without what was typed."""
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


class Modals:
    """Every member's stack of modals and their Home tab."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._stacks: dict[str, list[OpenView]] = {}
        self._homes: dict[str, OpenView] = {}
        self._known: set[str] = set()
        self._numbers = itertools.count(1)

    def stack(self, member: str) -> list[OpenView]:
        """Return the member's open modals, bottom first."""
        return list(self._stacks.get(member, ()))

    def home(self, member: str) -> OpenView | None:
        """Return the Home tab the app published for the member."""
        return self._homes.get(member)

    def find(self, view_id: str) -> OpenView | None:
        """Return an open modal or a Home tab by its id or external id."""
        views = [*itertools.chain(*self._stacks.values()), *self._homes.values()]
        named = (v for v in views if view_id in {v.id, v.fields["external_id"] or None})
        return next(named, None)

    def was_known(self, view_id: str) -> bool:
        """Say whether a view of that id ever was open."""
        return view_id in self._known

    def open(self, member: str, view: Json) -> OpenView:
        """Show a new modal alone; an earlier stack is gone."""
        opened = self._new(member, view)
        self._stacks[member] = [opened]
        self._changes.note()
        return opened

    def push(self, member: str, view: Json) -> OpenView:
        """Lay a modal over the member's topmost one."""
        below = self._stacks[member][-1]
        pushed = self._new(member, view)
        pushed.root_id, pushed.previous_id = below.root_id, below.id
        self._stacks[member].append(pushed)
        self._changes.note()
        return pushed

    def update(self, opened: OpenView, view: Json) -> None:
        """Put new content into a view; what was typed stays where both ids stay the same."""
        opened.fields = self._fields(view)
        opened.state = inputs.kept_state(opened.state, opened.blocks)
        opened.errors = {}
        opened.hash = _hash()
        self._changes.note()

    def publish(self, member: str, view: Json) -> OpenView:
        """Show a Home tab, in the place of the one before."""
        home = self._homes.get(member)
        if home is None:
            home = self._homes[member] = self._new(member, view)
            self._changes.note()
        else:
            self.update(home, view)
        return home

    def close(self, opened: OpenView) -> None:
        """Take one modal and everything above it off the stack; nothing if it is gone already."""
        stack = self._stacks.get(opened.member, [])
        if opened in stack:
            del stack[stack.index(opened) :]
        self._changes.note()

    def clear(self, member: str) -> None:
        """Close every modal of a member."""
        self._stacks.pop(member, None)
        self._changes.note()

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """Give blocks and elements that came without an id one, as Slack does."""
        for block in blocks:
            block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
            for element in inputs.interactive(block):
                element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
        return blocks

    def _new(self, member: str, view: Json) -> OpenView:
        view_id = f"V0{next(self._numbers):08d}"
        self._known.add(view_id)
        opened = OpenView(view_id, member, self._fields(view), root_id=view_id, hash=_hash())
        opened.state = inputs.initial_state(opened.blocks)
        return opened

    def _fields(self, view: Json) -> Json:
        fields: Json = {"type": view["type"], **VALUES_DEFAULTS}
        if view["type"] == "modal":
            fields |= MODAL_DEFAULTS | {"submit": None, "close": None}
        fields |= {key: value for key, value in view.items() if value is not None}
        for key in ("title", "submit", "close"):
            if fields.get(key):
                fields[key] = kept_object(fields[key])
        fields["blocks"] = self.with_ids(as_kept(view["blocks"]))
        return fields


def _hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_urlsafe(6)}"
