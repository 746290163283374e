"""`python -m tests.mutations`: runs all mutations, or a random sample of them.

It copies the product into a temporary directory for each worker, and ends with 1 if a mutation
survives.
"""

import argparse
import os
import random
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tests.mutations.mutation import Mutation, MutationResult, run
from tests.mutations.table import MUTATIONS

ROOT = Path(__file__).parents[2]
_NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv*", "build", ".*_cache", "__pycache__", ".hypothesis"
)


def main() -> int:
    """Run the mutations that the arguments choose; return the exit code."""
    arguments = _parser().parse_args()
    chosen = [one for one in MUTATIONS if arguments.only in str(one)]
    if "IMI_TEST_POSTGRES_URL" not in os.environ:
        chosen = [one for one in chosen if not one.needs_postgres]
    if arguments.sample is not None:
        seed = arguments.seed if arguments.seed is not None else secrets.randbelow(10_000)
        sys.stdout.write(f"A sample of {arguments.sample} with --seed {seed}\n")
        chooser = random.Random(seed)  # noqa: S311 - a sample, no secret
        chosen = chooser.sample(chosen, min(arguments.sample, len(chosen)))
    with _trees(arguments.workers) as trees, ThreadPoolExecutor(arguments.workers) as pool:
        results = list(pool.map(lambda mutation: _report(mutation, trees), chosen))
    caught = {MutationResult.CAUGHT, MutationResult.HUNG}
    uncaught = sum(result not in caught for result in results)
    sys.stdout.write(f"{len(results)} mutations, {uncaught} not caught\n")
    return 1 if uncaught else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--sample", type=int, help="run this many, chosen at random")
    parser.add_argument("--seed", type=int, help="repeat the sample that had this seed")
    parser.add_argument("--only", default="", help="only those with this text in test or file")
    parser.add_argument("--workers", type=int, default=2)
    return parser


@contextmanager
def _trees(number: int) -> Iterator[SimpleQueue[Path]]:
    """Yield a queue with a copy of the product for each worker."""
    trees: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="imi-mutations-") as directory:
        for worker in range(number):
            tree = Path(directory, str(worker))
            shutil.copytree(ROOT, tree, ignore=_NOT_COPIED)
            trees.put(tree)
        yield trees


def _report(mutation: Mutation, trees: SimpleQueue[Path]) -> MutationResult:
    tree = trees.get()
    try:
        result = run(mutation, tree)
    finally:
        trees.put(tree)
    sys.stdout.write(f"{result}: {mutation}\n")
    sys.stdout.flush()
    return result


sys.exit(main())
