"""The faults that tests plan for the next Web API calls, such as a 429 or a lost response."""

from __future__ import annotations

from dataclasses import dataclass

FAULT_KINDS = frozenset({"ratelimited", "http_500", "timeout", "drop_answer", "slow", "late"})


@dataclass(slots=True)
class Fault:
    """A planned fault; `seconds` is the delay, or the value of Retry-After."""

    method: str
    kind: str
    times: int
    seconds: float


class Faults:
    """The planned faults, which take effect in the order they were added."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def add(self, method: str, kind: str, times: int = 1, seconds: float | None = None) -> None:
        """Plan a fault for the next calls of `method`.

        `*` stands for any method, `response_url` for posts to response URLs.

        The call is carried out:
        - `drop_answer`: then the connection drops without a response.
        - `slow`: then the response waits for `seconds` (default 1).
        - `late`: after a wait of `seconds` (default 1).

        The call is not carried out:
        - `ratelimited`: 429 with Retry-After of `seconds` (default 1).
        - `http_500`: status 500.
        - `timeout`: the connection drops after `seconds` (default 30).
        - `error:CODE`: `ok: false` with the error CODE.

        ValueError for any other kind.
        """
        if kind not in FAULT_KINDS and not kind.startswith("error:"):
            raise ValueError(f"no such fault: {kind}")
        wait = {"timeout": 30.0}.get(kind, 1.0) if seconds is None else seconds
        self._planned.append(Fault(method, kind, times, wait))

    def take(self, method: str) -> Fault | None:
        """Use up one planned fault for the method and return it, None if there is none."""
        for fault in self._planned:
            if fault.method in {method, "*"} and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    @property
    def outstanding(self) -> int:
        """Return the number of calls that will still fail."""
        return sum(fault.times for fault in self._planned)

    def clear(self) -> None:
        """Drop all planned faults."""
        self._planned.clear()
