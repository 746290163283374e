"""Renders slackblocks objects as JSON for Slack; equal objects give equal JSON."""

import json
import re
from collections.abc import Sequence
from typing import Any

from slackblocks import Block, HomeTabView, ModalView

from handlers.json_types import Json

# The random ids that slackblocks gives to blocks without an id.
_RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class _CheckedBlock(Block):
    """Stands for a rendered block while slackblocks checks the view that it is in."""

    def __init__(self, block: Block) -> None:
        # No call of the base: it would make a random id.
        self.type = block.type

    def _resolve(self) -> Json:
        return {"type": self.type.value}


class Modal(ModalView):
    """A modal that renders each of its blocks once; `ModalView` renders them five times.

    Rendering a confirmation costs a third of a registration otherwise. The view is checked as
    `ModalView` checks it, and has the same JSON.
    """

    def __init__(self, *, blocks: Sequence[Block], **settings: Any) -> None:  # noqa: ANN401 - those of `ModalView`
        self._rendered = [block._resolve() for block in blocks]  # noqa: SLF001 - it has no public name
        super().__init__(blocks=[_CheckedBlock(block) for block in blocks], **settings)

    def to_dict(self) -> Json:
        """Return the modal as JSON."""
        return {**super().to_dict(), "blocks": self._rendered}


def blocks_json(blocks: Sequence[Block]) -> list[Json]:
    """Return the blocks of a message as JSON."""
    return _with_stable_ids(HomeTabView(list(blocks)).to_dict())["blocks"]  # type: ignore[no-any-return]


def view_json(view: ModalView | HomeTabView) -> Json:
    """Return a modal or a Home tab as JSON."""
    return _with_stable_ids(view.to_dict())


def metadata_json(metadata: Json) -> str:
    """Return the private metadata of a modal as text; Slack allows 3000 characters."""
    return json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))


def _with_stable_ids(view: Json) -> Json:
    for number, block in enumerate(view["blocks"]):
        if _RANDOM_ID.fullmatch(block.get("block_id", "")):
            block["block_id"] = f"{block['type']}_{number}"
        for text in (block.get("text"), *block.get("elements", ())):
            _make_verbatim(text)
    return view


def _make_verbatim(text: object) -> None:
    # Otherwise Slack would turn parts of people's input into links.
    if isinstance(text, dict) and text.get("type") == "mrkdwn":
        text["verbatim"] = True
