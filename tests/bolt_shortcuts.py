"""Spares the tests work that Bolt repeats for each app, of which the tests make thousands.

What Bolt finds out stays the same. A product makes one app, so it has no need of this.
"""

import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.listener_matcher.async_builtins import AsyncBuiltinListenerMatcher
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_bolt.util import utils

_READER = "get_arg_names_of_callable"


def take(patch: pytest.MonkeyPatch) -> None:
    """Read a function's parameters from its code, and give a matcher only what it takes."""
    for name, module in list(sys.modules.items()):
        if name.startswith("slack_bolt.") and hasattr(module, _READER):
            patch.setattr(module, _READER, parameters_of)
    asked_with_all = AsyncBuiltinListenerMatcher.async_matches

    async def matches(
        self: AsyncBuiltinListenerMatcher, req: AsyncBoltRequest, resp: BoltResponse
    ) -> bool:
        if self.arg_names == ["body"]:
            return bool(await self.func(body=req.body))  # type: ignore[misc] # an async function
        return await asked_with_all(self, req, resp)

    patch.setattr(AsyncBuiltinListenerMatcher, "async_matches", matches)


def parameters_of(
    function: Callable[..., Any], read: Callable[..., list[str]] = utils.get_arg_names_of_callable
) -> list[str]:
    """Return the function's positional parameters; `read` asks `inspect`, which takes long."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return read(function) if code is None else list(code.co_varnames[: code.co_argcount])
