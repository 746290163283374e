"""Payloads of every kind, broken in every way: a clean refusal, no trace, no surprise.

`make fuzz` tries for minutes, the tests for seconds.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.slack.manifest import manifest_path
from tests.handlers.demo_actions import ANNA
from tests.handlers.product_in_thread import running_product
from tests.handlers.signed_requests import send_parcel
from tests.handlers.stored_state import ELISE, rows_of_other_authority
from tests.handlers.valid_payloads import parcels_by_name, single_use_parts

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from bot.cli.demo import Demo
    from core.rulebook import Rulebook
    from sandbox.parcels import Parcel

EXAMPLES = int(os.environ.get("IMI_FUZZ_EXAMPLES", "200"))
# Somebody in the workspace who is no user of IMI.
NOBODY = "U0NIKOS"
# Slack's words for a trigger that is made up, too old, or used, and for a modal that is not there.
NO_MODAL = {
    "view_not_found",
    "invalid_trigger_id",
    "trigger_expired",
    "expired_trigger_id",
    "trigger_exchanged",
    "exchanged_trigger_id",
}
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
    _parcels: dict[str, dict[str, list[Parcel]]] = field(default_factory=dict)

    def parcels_of(self, member: str, rulebook: Rulebook) -> dict[str, list[Parcel]]:
        """Return what this member can send; made once, as it takes its time."""
        if member not in self._parcels:
            self._parcels[member] = parcels_by_name(self.demo, rulebook, member)
        return self._parcels[member]

    def post(self, parcel: Parcel) -> int:
        """Send it; return the HTTP status."""
        sending = asyncio.run_coroutine_threadsafe(send_parcel(self.demo, parcel), self.loop)
        status, _ = sending.result(20)
        return status

    def kept(self) -> list[Any]:
        """Return what is kept of Anna's authority."""
        reading = self.demo.product.store.read(rows_of_other_authority)
        return asyncio.run_coroutine_threadsafe(reading, self.loop).result(20)

    def surprises_since(self, place: int) -> list[Any]:
        """Return what was logged as a surprise, but for a modal that Slack would not open."""
        self.logs.seek(place)
        events = [json.loads(line) for line in self.logs.read().splitlines()]
        found = [one for one in events if one["event"] == "unexpected_error"]
        return [one for one in found if one.get("code") not in NO_MODAL]


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """One product for all examples."""
    with running_product() as running:
        yield Target(running.demo, running.loop, running.logs)


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
        # Slack's signature vouches for this address; that it is reachable is not ours to say.
        if key != "response_url":
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


def test_every_kind_of_request_in_the_manifest_is_fuzzed(
    target: Target, rulebook: Rulebook
) -> None:
    manifest = yaml.safe_load(manifest_path().read_text("utf-8"))

    kinds = set(parcels_by_name(target.demo, rulebook, ANNA))

    features, subscribed = manifest["features"], manifest["settings"]["event_subscriptions"]
    assert {one["command"] for one in features["slash_commands"]} <= kinds
    assert {one["callback_id"] for one in features["shortcuts"]} <= kinds
    assert set(subscribed["bot_events"]) <= kinds


def test_valid_requests_are_answered(target: Target, rulebook: Rulebook) -> None:
    """Else the test below would show nothing."""
    tried = parcels_by_name(target.demo, rulebook, ELISE)

    refused = [name for name, some in tried.items() if target.post(some[0]) >= 500]

    assert refused == []
    commands = [some[0] for name, some in tried.items() if name.startswith("/")]
    assert {target.post(one) for one in commands} == {200}


@settings(
    max_examples=EXAMPLES,
    # Finding the smallest one takes minutes; the one found says enough.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="IMI_FUZZ_EXAMPLES" not in os.environ,
)
@given(data=st.data())
def test_no_malformed_payload_causes_an_unexpected_error(
    target: Target, rulebook: Rulebook, data: st.DataObject
) -> None:
    member = data.draw(st.sampled_from([ANNA, ELISE, NOBODY]))
    tried = target.parcels_of(member, rulebook)
    parcel = data.draw(st.sampled_from(tried[data.draw(st.sampled_from(sorted(tried)))]))
    payload = json.loads(
        json.dumps({**parcel.payload, **single_use_parts(target.demo, parcel, member)})
    )
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places_in(payload))))
        payload = broken(payload, path, data.draw(JUNK), gone=data.draw(st.booleans()))
    before, kept = target.logs.tell(), target.kept()

    status = target.post(replace(parcel, payload=payload))

    assert status < 500, payload
    surprises = target.surprises_since(before)
    assert surprises == [], f"{surprises} after {payload}"
    if member != ANNA:
        assert target.kept() == kept
