"""The type of a JSON object, which is a dictionary with texts as keys."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
