"""The input of the three tabs that edit an authority, and the data that each of them showed.

The modal shows one tab at a time. The input of the others is stored in the database until it is
saved, because Slack lets a modal hold no more than 3000 characters (R22, R23).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from handlers.interactions import BadPayloadError, SubmittedForm
from handlers.json_types import Json
from handlers.ui.blocks import metadata_json

TabValues = Mapping[str, tuple[str, ...]]


class Tab(StrEnum):
    """The three tabs (R22)."""

    AUTHORITY = "authority"
    CLASSIFICATION = "classification"
    MODULES = "modules"


@dataclass(frozen=True, slots=True)
class TabDraft:
    """One tab: the stored values that it showed, by field, and what is typed in it.

    `since` is the number of the newest audit entry when it was opened (D23); `typed` is None as
    long as nothing was read from the form.
    """

    seen: Mapping[str, str]
    since: int
    typed: TabValues | None = None


@dataclass(frozen=True, slots=True)
class TabDrafts:
    """The open tab of an authority, and the drafts of the tabs that are open or were changed.

    `id` is the number under which the drafts are stored.
    """

    id: int
    authority_id: int
    tab: Tab
    drafts: Mapping[Tab, TabDraft] = field(default_factory=dict)

    @property
    def open_draft(self) -> TabDraft | None:
        """Return the draft of the open tab; None if it is being opened now."""
        return self.drafts.get(self.tab)

    def with_tab(self, tab: Tab) -> "TabDrafts":
        """Return the drafts with another tab open."""
        return replace(self, tab=tab)

    def with_open_draft(self, draft: TabDraft) -> "TabDrafts":
        """Return the drafts with this one for the open tab."""
        return replace(self, drafts={**self.drafts, self.tab: draft})

    def without_open_draft(self) -> "TabDrafts":
        """Return the drafts without that of the open tab, in which nothing was changed."""
        others = {tab: draft for tab, draft in self.drafts.items() if tab != self.tab}
        return replace(self, drafts=others)

    def as_metadata(self) -> str:
        """Return the metadata of the modal."""
        return metadata_json({"draft": self.id, "tab": self.tab})

    def as_content(self) -> Json:
        """Return the drafts as they are stored."""
        return {
            tab: {
                "seen": dict(draft.seen),
                "since": draft.since,
                "typed": None if draft.typed is None else dict(draft.typed),
            }
            for tab, draft in self.drafts.items()
        }


def drafts_from_content(content: Mapping[str, Any]) -> dict[Tab, TabDraft]:
    """Return the stored drafts by tab."""
    return {Tab(name): _draft(stored) for name, stored in content.items()}


def open_tab_in(form: SubmittedForm) -> Tab:
    """Return the tab that the modal shows.

    Raises:
        BadPayloadError: the metadata is not ours.
    """
    try:
        return Tab(form.metadata_text("tab"))
    except ValueError:
        raise BadPayloadError("The metadata names no tab.") from None


def _draft(stored: Mapping[str, Any]) -> TabDraft:
    typed = stored["typed"]
    values = None if typed is None else {name: tuple(value) for name, value in typed.items()}
    return TabDraft(stored["seen"], stored["since"], values)
