"""Fuzz tests: broken payloads of every kind are refused cleanly and cause no unexpected error.

The tests run for seconds, `make fuzz` runs for minutes.
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
from tests import databases
from tests.handlers.demo_actions import ANNA
from tests.handlers.product_in_thread import running_product
from tests.handlers.signed_requests import send_parcel
from tests.handlers.stored_state import ELISE, rows_of_other_authority
from tests.handlers.valid_payloads import parcels_by_name, single_use_parts

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from bot.demo.demo import Demo
    from core.rulebook import Rulebook
    from sandbox.delivery.requests import AppRequest

pytestmark = pytest.mark.sweep

EXAMPLES = int(os.environ.get("IMI_FUZZ_EXAMPLES", "200"))
# A member of the workspace without an account in IMI.
NOBODY = "U0NIKOS"
# Slack's errors for an invalid, expired or used trigger, and for a missing modal.
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
    # Each is one draw. Hypothesis 6.170 takes repeated elements that it swaps between examples for
    # flaky generation.
    st.sampled_from([[], [0], [-1, 2**70], ["", "x", None], [[], {}]]),
    st.sampled_from([{}, {"": 0}, {"type": -1}, {"x": "y", "value": 2**70}, {"text": {}}]),
    st.just([[[[[[[[[[{}]]]]]]]]]]),
)


@dataclass(frozen=True, slots=True)
class FuzzedProduct:
    """The product in its own thread, and its logs."""

    demo: Demo
    loop: asyncio.AbstractEventLoop
    logs: io.StringIO
    _parcels: dict[str, dict[str, list[AppRequest]]] = field(default_factory=dict)

    def parcels_of(self, member: str, rulebook: Rulebook) -> dict[str, list[AppRequest]]:
        """Return the requests that this member can send; cached, because making them is slow."""
        if member not in self._parcels:
            self._parcels[member] = parcels_by_name(self.demo, rulebook, member)
        return self._parcels[member]

    def post(self, parcel: AppRequest) -> int:
        """Send the parcel; return the HTTP status."""
        sending = asyncio.run_coroutine_threadsafe(send_parcel(self.demo, parcel), self.loop)
        status, _ = sending.result(20)
        return status

    def rows(self) -> list[Any]:
        """Return the rows of Anna's authority."""
        reading = self.demo.product.store.read(rows_of_other_authority)
        return asyncio.run_coroutine_threadsafe(reading, self.loop).result(20)

    def unexpected_errors_since(self, position: int) -> list[Any]:
        """Return the logged unexpected errors, except that Slack would not open a modal."""
        self.logs.seek(position)
        events = [json.loads(line) for line in self.logs.read().splitlines()]
        found = [item for item in events if item["event"] == "unexpected_error"]
        return [item for item in found if item.get("code") not in NO_MODAL]


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def target(request: pytest.FixtureRequest) -> Iterator[FuzzedProduct]:
    """One product on each database, for all examples."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    if url is not None:
        databases.write_alone(url, databases.empty)
    with running_product(url) as running:
        yield FuzzedProduct(running.demo, running.loop, running.logs)


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """Yield the path of every value in the payload."""
    if path:
        yield path
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in inner:
        # This URL is covered by Slack's signature; whether it works is not tested here.
        if key != "response_url":
            yield from paths_in(item, (*path, key))


def broken(payload: Any, path: tuple[Any, ...], junk: Any, *, remove: bool) -> Any:  # noqa: ANN401
    """Return the payload with one value removed, or replaced by junk."""
    changed = copy.deepcopy(payload)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    if remove:
        del holder[path[-1]]
    else:
        holder[path[-1]] = junk
    return changed


def test_every_kind_of_request_in_the_manifest_is_fuzzed(
    target: FuzzedProduct, rulebook: Rulebook
) -> None:
    manifest = yaml.safe_load(manifest_path().read_text("utf-8"))

    kinds = set(parcels_by_name(target.demo, rulebook, ANNA))

    features, subscribed = manifest["features"], manifest["settings"]["event_subscriptions"]
    assert {item["command"] for item in features["slash_commands"]} <= kinds
    assert {item["callback_id"] for item in features["shortcuts"]} <= kinds
    assert set(subscribed["bot_events"]) <= kinds


def test_valid_requests_are_answered(target: FuzzedProduct, rulebook: Rulebook) -> None:
    """Without this the test below would prove nothing."""
    tried = parcels_by_name(target.demo, rulebook, ELISE)

    refused = [name for name, requests in tried.items() if target.post(requests[0]) >= 500]

    assert refused == []
    commands = [requests[0] for name, requests in tried.items() if name.startswith("/")]
    assert {target.post(item) for item in commands} == {200}


@settings(
    max_examples=EXAMPLES,
    # Shrinking takes minutes, and the example that was found is enough.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="IMI_FUZZ_EXAMPLES" not in os.environ,
)
@given(data=st.data())
def test_no_malformed_payload_causes_an_unexpected_error(
    target: FuzzedProduct, rulebook: Rulebook, data: st.DataObject
) -> None:
    member = data.draw(st.sampled_from([ANNA, ELISE, NOBODY]))
    tried = target.parcels_of(member, rulebook)
    parcel = data.draw(st.sampled_from(tried[data.draw(st.sampled_from(sorted(tried)))]))
    payload = json.loads(
        json.dumps({**parcel.payload, **single_use_parts(target.demo, parcel, member)})
    )
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(paths_in(payload))))
        payload = broken(payload, path, data.draw(JUNK), remove=data.draw(st.booleans()))
    before, rows = target.logs.tell(), target.rows()

    status = target.post(replace(parcel, payload=payload))

    assert status < 500, payload
    unexpected_errors = target.unexpected_errors_since(before)
    assert unexpected_errors == [], f"{unexpected_errors} after {payload}"
    if member != ANNA:
        assert target.rows() == rows
