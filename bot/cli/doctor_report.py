"""The report of `imi-bot doctor`, also as JSON, whose keys docs/monitoring.md describes."""

import json
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import Self

from bot.cli.doctor_checks import CheckResult, DoctorWarning
from core.store import migration


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The results of all checks that could be made, and the warnings."""

    results: tuple[CheckResult, ...]
    warnings: tuple[DoctorWarning, ...]

    @property
    def ok(self) -> bool:
        """Return whether no check failed; warnings do not count."""
        return all(result.ok for result in self.results)

    def without_names(self) -> Self:
        """Return the report with checks whose texts name no channel and no workspace."""
        return replace(self, results=tuple(result.without_names() for result in self.results))

    def as_json(self) -> str:
        """Return the report as JSON; its keys and the names of checks stay as they are."""
        content = {
            "version": version("imi-bot"),
            "schema": migration.newest_version(),
            "ok": self.ok,
            "checks": [
                {"check": result.check, "ok": result.ok, "text": result.text}
                for result in self.results
            ],
            "warnings": [asdict(warning) for warning in self.warnings],
        }
        return json.dumps(content, ensure_ascii=False, indent=2)
