"""Renders slackblocks objects as JSON for Slack; equal objects give equal JSON."""

import json
import re
from collections.abc import Sequence
from typing import Any

from slackblocks import Block, HomeTabView, ModalView

Json = dict[str, Any]

# The random ids that slackblocks gives to blocks without an id.
_RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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
