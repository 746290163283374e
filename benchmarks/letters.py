"""Writes numbers in letters, for the names of people whom benchmarks make up."""

_LETTERS = str.maketrans("0123456789", "abcdefghij")


def in_letters(number: int) -> str:
    """Return the number in letters, a letter for each digit: no name has a digit (D32)."""
    return str(number).translate(_LETTERS)
