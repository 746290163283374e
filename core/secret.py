"""The type `Secret`, which wraps a text so that it is not printed or logged by mistake."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """Secret text; only `reveal()` returns it, so that all uses are easy to find."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __str__(self) -> str:
        return "Secret(…)"
