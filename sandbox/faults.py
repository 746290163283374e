"""Faults on demand for the Web API."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = frozenset({"ratelimited", "http_500", "timeout", "drop_answer", "slow", "late"})


@dataclass(slots=True)
class Fault:
    """One planned fault; `seconds` is the wait, or what Retry-After says."""

    method: str
    kind: str
    times: int
    seconds: float


class Faults:
    """The faults still to come, taken in the order they were added."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def add(self, method: str, kind: str, times: int = 1, seconds: float | None = None) -> None:
        """Plan a fault for the next calls of `method` (`*` for any, `response_url` for those).

        `ratelimited`: 429 with Retry-After of `seconds` (1). `http_500`: 500, not done.
        `timeout`: nothing for `seconds` (30), then the connection drops; not done.
        `drop_answer`: done, but the connection drops. `slow`: done, answered after `seconds` (1).
        `late`: nothing for `seconds` (1), then done. `error:CODE`: `ok: false` with that error,
        not done. ValueError for any other kind.
        """
        if kind not in KINDS and not kind.startswith("error:"):
            raise ValueError(f"no such fault: {kind}")
        wait = {"timeout": 30.0}.get(kind, 1.0) if seconds is None else seconds
        self._planned.append(Fault(method, kind, times, wait))

    def take(self, method: str) -> Fault | None:
        """Return the next fault planned for the method and count it; None if there is none."""
        for fault in self._planned:
            if fault.method in {method, "*"} and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    @property
    def outstanding(self) -> int:
        """Return how many calls are still to fail."""
        return sum(fault.times for fault in self._planned)

    def clear(self) -> None:
        """Forget every planned fault."""
        self._planned.clear()
