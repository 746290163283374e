"""Keeps unsaved input while a user switches between the tabs that edit an authority (R22, R23).

There are three tabs, and the modal shows one. The input in the others is kept compressed in the
modal's private metadata, which Slack limits to 3000 characters.
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
    """The open tab of an authority, the input of each tab, and marks of the data each tab showed.

    A mark is a hash of the data as it was when the tab was opened; it reveals concurrent edits.
    """

    authority_id: int
    tab: Tab
    typed: Mapping[Tab, TabValues] = field(default_factory=dict)
    marks: Mapping[Tab, str] = field(default_factory=dict)

    @property
    def open_values(self) -> TabValues | None:
        """Return the input of the open tab; None if nothing was typed yet."""
        return self.typed.get(self.tab)

    @property
    def open_mark(self) -> str:
        """Return the mark of the data that the open tab showed; empty if it is being opened now."""
        return self.marks.get(self.tab, "")

    def with_open_values(self, typed: TabValues) -> "TabDrafts":
        """Return the drafts with this input in the open tab."""
        return TabDrafts(self.authority_id, self.tab, {**self.typed, self.tab: typed}, self.marks)

    def with_tab(self, tab: Tab) -> "TabDrafts":
        """Return the drafts with another tab open."""
        return TabDrafts(self.authority_id, tab, self.typed, self.marks)

    def with_mark(self, mark: str) -> "TabDrafts":
        """Return the drafts with this mark for the open tab."""
        marks = {**self.marks, self.tab: mark}
        return TabDrafts(self.authority_id, self.tab, self.typed, marks)

    def without_open_tab(self) -> "TabDrafts":
        """Return the drafts without the input of the open tab, which has been saved."""
        typed = {tab: values for tab, values in self.typed.items() if tab != self.tab}
        marks = {tab: mark for tab, mark in self.marks.items() if tab != self.tab}
        return TabDrafts(self.authority_id, self.tab, typed, marks)

    def as_metadata(self) -> str:
        """Return the drafts as metadata of the modal."""
        others = {tab: dict(values) for tab, values in self.typed.items() if tab != self.tab}
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
    def fits_metadata(self) -> bool:
        """Return whether the drafts fit into the metadata."""
        return len(self.as_metadata()) <= LONGEST_METADATA


def drafts_in(form: SubmittedForm) -> TabDrafts:
    """Read the input of the open tab from its fields, and that of the others from the metadata.

    Raises:
        BadPayloadError: the metadata is not ours.
    """
    try:
        tab = Tab(form.metadata_text("tab"))
        marks = {Tab(name): mark for name, mark in form.metadata_mapping("marks").items()}
        packed = zlib.decompress(base64.b85decode(form.metadata_text("typed")))
        typed = {Tab(name): _as_tuples(values) for name, values in json.loads(packed).items()}
    except (ValueError, zlib.error):
        raise BadPayloadError("The metadata holds no drafts.") from None
    drafts = TabDrafts(form.metadata_number("authority"), tab, typed, marks)
    return drafts.with_open_values(dict(form.values))


def _as_tuples(typed: Json) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in typed.items()}
