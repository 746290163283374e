"""Secrets from files, as container platforms hand them over: NAME_FILE names the file of NAME."""

from collections.abc import Iterable, Mapping
from pathlib import Path


def read_secret_files(
    names: Iterable[str], environment: Mapping[str, str | None]
) -> dict[str, str]:
    """Return what stands in the files, by setting; a line's end at the end is not part of it.

    Raises:
        ValueError: a file cannot be read, or its setting is given twice; the text names the
            setting, never what stands in it.
    """
    found: dict[str, str] = {}
    for name in names:
        path = environment.get(f"{name.upper()}_FILE")
        if not path:
            continue
        if environment.get(name.upper()):
            raise ValueError(f"{name.upper()} and {name.upper()}_FILE are both set; keep one.")
        try:
            found[name] = Path(path).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            kind = type(error).__name__
            raise ValueError(f"{name.upper()}_FILE cannot be read ({kind}).") from None
    return found
