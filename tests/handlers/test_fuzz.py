"""Payloads of every kind, broken in every way: a clean refusal, no trace, no surprise.

`make fuzz` tries for minutes, the tests for seconds.
"""

from __future__ import annotations

import asyncio
import copy
import io
import json
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.commands.demo import Demo, Manner, demonstrating
from bot.logs import set_up_logs
from core.passwords.hashing import Hasher
from tests.bot.quiet import quiet_logs
from tests.handlers.people import ANNA
from tests.handlers.test_isolation import clicks, submissions
from tests.handlers.test_surprises import posted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.rulebook import Rulebook

EXAMPLES = int(os.environ.get("IMI_FUZZ_EXAMPLES", "150"))
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=40),
    st.just("\x00"),
    st.just("x" * 10_000),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
    st.just([[[[[[[[[[{}]]]]]]]]]]),
)


@dataclass(frozen=True, slots=True)
class Target:
    """The product in a thread of its own, and what it logs."""

    demo: Demo
    loop: asyncio.AbstractEventLoop
    logs: io.StringIO

    def post(self, payload: Any) -> int:  # noqa: ANN401 - whatever came of it
        sent = asyncio.run_coroutine_threadsafe(posted(self.demo, payload), self.loop)
        return sent.result(20)


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """One product for all examples."""
    quiet_logs()
    ready, ended, found = threading.Event(), asyncio.Event(), []
    loop, logs = asyncio.new_event_loop(), io.StringIO()

    async def serve() -> None:
        manner = Manner(
            0,
            0,
            socket_mode=False,
            hasher=Hasher(memory_kib=8, rounds=1),
            unhurried=False,
        )
        async with demonstrating(manner) as demo:
            found.append(demo)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    set_up_logs(logs)
    yield Target(found[0], loop, logs)
    loop.call_soon_threadsafe(ended.set)
    thread.join(30)
    quiet_logs()


def kinds_of(rulebook: Rulebook) -> list[Any]:
    whole = [*submissions(rulebook, ANNA), *clicks(rulebook, ANNA)]
    return [json.loads(json.dumps(payload)) for payload in whole]


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """Yield the path of everything in the payload."""
    if path:
        yield path
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in inner:
        yield from places_in(one, (*path, key))


def broken(payload: Any, path: tuple[Any, ...], junk: Any, *, gone: bool) -> Any:  # noqa: ANN401
    """Return the payload with one place gone, or junk in it."""
    changed = copy.deepcopy(payload)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    if gone:
        del holder[path[-1]]
    else:
        holder[path[-1]] = junk
    return changed


@settings(
    max_examples=EXAMPLES,
    # Finding the smallest one takes minutes; the one found says enough.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="IMI_FUZZ_EXAMPLES" not in os.environ,
)
@given(data=st.data())
def test_whatever_is_sent_is_no_surprise(
    target: Target, rulebook: Rulebook, data: st.DataObject
) -> None:
    payload = data.draw(st.sampled_from(kinds_of(rulebook)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places_in(payload))))
        payload = broken(payload, path, data.draw(JUNK), gone=data.draw(st.booleans()))
    before = target.logs.tell()

    status = target.post(payload)

    target.logs.seek(before)
    events = [json.loads(line) for line in target.logs.read().splitlines()]
    surprises = [
        one for one in events if one["event"] == "surprise" and one["error"] != "BadPayloadError"
    ]
    assert status < 500, payload
    assert surprises == [], payload
