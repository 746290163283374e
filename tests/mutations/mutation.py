"""One mutation, and running its test on a copy of the product in which it is applied."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

TIMEOUT_SECONDS = 150
_TEST = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)
# pytest's exit codes.
_ALL_PASSED, _SOME_FAILED = 0, 1


@dataclass(frozen=True, slots=True)
class Mutation:
    """In `file`, the text `line` becomes `broken`; the test named `test` must fail then.

    One that `needs_postgres` is caught only where the tests have a PostgreSQL server.
    """

    test: str
    file: str
    line: str
    broken: str
    needs_postgres: bool = False

    def __str__(self) -> str:
        return f"{self.test}: {self.file}: {self.line.strip().splitlines()[0]}"


class MutationResult(StrEnum):
    """The outcome of a test on the mutated product."""

    CAUGHT = "caught"
    SURVIVED = "survived"
    BROKEN = "the test could not run"
    HUNG = "caught, as the test never ended"


def mutated(text: str, mutation: Mutation) -> str:
    """Return the text of the file with the mutation applied.

    Raises:
        ValueError: the line is not in the file exactly once.
    """
    if text.count(mutation.line) != 1:
        raise ValueError(f"{mutation}: the line occurs {text.count(mutation.line)} times.")
    return text.replace(mutation.line, mutation.broken)


def find_test(tree: Path, test: str) -> Path:
    """Return the file of the tree that defines the test.

    Raises:
        LookupError: no file does.
    """
    try:
        return _test_files(tree)[test]
    except KeyError:
        raise LookupError(f"There is no test {test}.") from None


@cache
def _test_files(tree: Path) -> dict[str, Path]:
    """Return the file that defines each test of the tree."""
    return {
        name: path
        for path in sorted((tree / "tests").rglob("test_*.py"), reverse=True)
        for name in _TEST.findall(path.read_text("utf-8"))
    }


def run(mutation: Mutation, tree: Path) -> MutationResult:
    """Apply the mutation in the tree, run its test there, and undo the mutation."""
    path = tree / mutation.file
    original = path.read_text("utf-8")
    path.write_text(mutated(original, mutation), "utf-8")
    try:
        return _outcome(mutation, tree)
    finally:
        path.write_text(original, "utf-8")


def _outcome(mutation: Mutation, tree: Path) -> MutationResult:
    selected = f"{find_test(tree, mutation.test).relative_to(tree)}::{mutation.test}"
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", selected]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTEST_ADDOPTS": ""}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own tests
            command,
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return MutationResult.HUNG
    if done.returncode == _ALL_PASSED:
        return MutationResult.SURVIVED
    # An error while a test is collected or set up shows nothing.
    failed = done.returncode == _SOME_FAILED and "\nFAILED " in done.stdout
    return MutationResult.CAUGHT if failed else MutationResult.BROKEN
