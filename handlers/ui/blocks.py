"""Renders slackblocks objects as JSON for Slack; equal blocks give equal JSON."""

import json
import re
from collections.abc import Sequence
from typing import Any

from slackblocks import Block, HomeTabView, ModalView

Json = dict[str, Any]

# What slackblocks invents where a block has no id of its own.
_INVENTED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def blocks_json(blocks: Sequence[Block]) -> list[Json]:
    """Return the blocks of a message as JSON."""
    return _named(HomeTabView(list(blocks)).to_dict())["blocks"]  # type: ignore[no-any-return]


def view_json(view: ModalView | HomeTabView) -> Json:
    """Return a modal or a Home tab as JSON."""
    return _named(view.to_dict())


def metadata_json(metadata: Json) -> str:
    """Return the private metadata of a modal as text; Slack allows 3000 characters."""
    return json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))


def _named(view: Json) -> Json:
    for number, block in enumerate(view["blocks"]):
        if _INVENTED.fullmatch(block.get("block_id", "")):
            block["block_id"] = f"{block['type']}_{number}"
        for text in (block.get("text"), *block.get("elements", ())):
            _make_verbatim(text)
    return view


def _make_verbatim(text: object) -> None:
    # Slack would otherwise make links of what people typed.
    if isinstance(text, dict) and text.get("type") == "mrkdwn":
        text["verbatim"] = True
