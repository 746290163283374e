"""Reads secrets from mounted files: the variable `NAME_FILE` has the path of the secret `NAME`."""

from collections.abc import Iterable, Mapping
from pathlib import Path

# Each can be read from a file: NAME_FILE is its path.
SECRET_SETTINGS = (
    *("slack_bot_token", "slack_app_token", "slack_signing_secret", "imi_database_url"),
    *("imi_smtp_url", "imi_secret_key", "imi_audit_key", "imi_metrics_token"),
)


def read_secret_files(
    names: Iterable[str], environment: Mapping[str, str | None]
) -> dict[str, str]:
    """Return the contents of the files by setting, without a final line break.

    Raises:
        ValueError: a file cannot be read, or its setting is given twice; the error names the
            setting and does not quote its value.
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
