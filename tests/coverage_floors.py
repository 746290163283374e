"""Checks the minimum coverage: 100 % of `core` and `handlers`, 95 % of `bot` and `sandbox`."""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

FLOORS = {"core": 100.0, "handlers": 100.0, "bot": 95.0, "sandbox": 95.0}


def main() -> int:
    """Print each package's coverage; return 1 where one is below its floor."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(report)]
        subprocess.run(command, check=True)  # noqa: S603 - our own interpreter
        files = json.loads(report.read_text())["files"]
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, file in files.items():
        summary, package = file["summary"], Path(name).parts[0]
        counts[package][0] += summary["covered_lines"] + summary["covered_branches"]
        counts[package][1] += summary["num_statements"] + summary["num_branches"]
    low = []
    for package, floor in FLOORS.items():
        covered, total = counts[package]
        share = 100 * covered / total if total else 0.0
        if share < floor:
            low.append(package)
        sys.stdout.write(f"{package}: {share:.2f} % covered, {floor:.0f} % wanted\n")
    for name, file in sorted(files.items()):
        lines, branches = file["missing_lines"], file["missing_branches"]
        if Path(name).parts[0] in low and (lines or branches):
            sys.stdout.write(f"{name}: lines {lines}, branches {branches} not covered\n")
    return int(bool(low))


if __name__ == "__main__":
    sys.exit(main())
