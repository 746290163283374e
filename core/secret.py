"""A type for secret text that does not print it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """Secret text; only `reveal()` returns it, which is easy to search for."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __str__(self) -> str:
        return "Secret(…)"
