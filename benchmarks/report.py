"""The rows that every benchmark prints: a piece of work, its baseline, and the ratio of the two."""

from collections.abc import Iterable
from dataclasses import dataclass

HEADINGS = ("work", "baseline", "ratio", "must", "aim", "reached", "details")


@dataclass(frozen=True, slots=True)
class Row:
    """One result: what was measured, what it is compared with, and our figure over the baseline's.

    `must` is the limit that the product has to keep, and `aim` a stricter one. If `aim` is the
    larger of the two, a larger ratio is better, as for throughput; otherwise a smaller one is.
    """

    work: str
    baseline: str
    ratio: float
    must: float
    aim: float
    details: str = ""

    @property
    def reached(self) -> str:
        """Return the stricter limit that the ratio keeps: "aim", "must" or "neither"."""
        for name, limit in (("aim", self.aim), ("must", self.must)):
            if self.ratio >= limit if self._larger_is_better else self.ratio <= limit:
                return name
        return "neither"

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the texts of the row, one for each of `HEADINGS`."""
        sign = "≥" if self._larger_is_better else "≤"
        limits = (f"{sign} {self.must:g}", f"{sign} {self.aim:g}")
        return (
            self.work,
            self.baseline,
            f"{self.ratio:.2f}",
            *limits,
            self.reached,
            self.details,
        )

    @property
    def _larger_is_better(self) -> bool:
        return self.aim > self.must


def table_of(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def print_rows(rows: Iterable[Row]) -> None:
    """Print the rows as a Markdown table."""
    print(table_of(rows))
