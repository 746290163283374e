"""The type of the JSON objects that Slack sends and gets."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
