"""What stands in the three tabs, so that changing the tab loses nothing that was typed (R22, R23).

A modal shows one tab. What is typed in the others travels with it, packed: Slack takes 3000
characters.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from handlers.payloads import BadPayloadError, SubmittedForm
from handlers.ui.blocks import Json, metadata_json

LONGEST_METADATA = 3000

TabValues = Mapping[str, tuple[str, ...]]


class Tab(StrEnum):
    """The three tabs (R22)."""

    AUTHORITY = "authority"
    CLASSIFICATION = "classification"
    MODULES = "modules"


@dataclass(frozen=True, slots=True)
class TabDrafts:
    """The open tab of an authority; `typed` by tab, and marks of what each tab was opened with."""

    authority_id: int
    tab: Tab
    typed: Mapping[Tab, TabValues] = field(default_factory=dict)
    marks: Mapping[Tab, str] = field(default_factory=dict)

    @property
    def here(self) -> TabValues | None:
        """Return what is typed in the open tab; None where nothing was yet."""
        return self.typed.get(self.tab)

    @property
    def mark(self) -> str:
        """Return the mark of what the open tab was opened with; empty where it is opened now."""
        return self.marks.get(self.tab, "")

    def with_typed(self, typed: TabValues) -> "TabDrafts":
        """Return the drafts with this in the open tab."""
        return TabDrafts(self.authority_id, self.tab, {**self.typed, self.tab: typed}, self.marks)

    def turned_to(self, tab: Tab) -> "TabDrafts":
        """Return the drafts with another tab open."""
        return TabDrafts(self.authority_id, tab, self.typed, self.marks)

    def marked(self, mark: str) -> "TabDrafts":
        """Return the drafts with a mark of what the open tab shows."""
        marks = {**self.marks, self.tab: mark}
        return TabDrafts(self.authority_id, self.tab, self.typed, marks)

    def saved(self) -> "TabDrafts":
        """Return the drafts without the open tab's, which is saved."""
        typed = {tab: one for tab, one in self.typed.items() if tab != self.tab}
        marks = {tab: one for tab, one in self.marks.items() if tab != self.tab}
        return TabDrafts(self.authority_id, self.tab, typed, marks)

    def packed(self) -> str:
        """Return the drafts to travel with the modal."""
        others = {tab: dict(one) for tab, one in self.typed.items() if tab != self.tab}
        raw = json.dumps(others, ensure_ascii=False, separators=(",", ":")).encode()
        return metadata_json(
            {
                "authority": self.authority_id,
                "tab": self.tab,
                "marks": dict(self.marks),
                "typed": base64.b85encode(zlib.compress(raw, 9)).decode(),
            }
        )

    @property
    def fit(self) -> bool:
        """Say whether the drafts can travel."""
        return len(self.packed()) <= LONGEST_METADATA


def drafts_in(form: SubmittedForm) -> TabDrafts:
    """Read the drafts: those that travelled, and what stands in the open tab.

    Raises:
        BadPayloadError: the modal is not one of ours.
    """
    try:
        tab = Tab(form.metadata_text("tab"))
        marks = {Tab(name): mark for name, mark in form.metadata_mapping("marks").items()}
        packed = zlib.decompress(base64.b85decode(form.metadata_text("typed")))
        typed = {Tab(name): _texts(one) for name, one in json.loads(packed).items()}
    except (ValueError, zlib.error):
        raise BadPayloadError("No drafts of ours.") from None
    drafts = TabDrafts(form.metadata_number("authority"), tab, typed, marks)
    return drafts.with_typed(dict(form.values))


def _texts(typed: Json) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in typed.items()}
