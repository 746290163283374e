"""Reads the settings file, one NAME=value per line, and reports names that are no settings."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from bot.settings.secret_files import SECRET_SETTINGS, read_secret_files

ENCODING = "utf-8-sig"  # UTF-8, with or without the mark that Windows puts first
# Variables of the test runs, which read the environment beside the product.
_OF_THE_TESTS = ("IMI_TEST_", "IMI_CRASH_", "IMI_FUZZ_")
# Kubernetes puts such variables into every container beside a service named "imi" or "imi-bot":
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_OF_KUBERNETES = re.compile(
    r"IMI(_\w+)?_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)"
)
_KUBERNETES_URL = ("tcp://", "udp://", "sctp://")


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of settings besides the environment.

    `secrets` are the contents of secret files by setting; `problems` has a sentence for each name
    that is no setting.
    """

    file: Path
    secrets: dict[str, str] = field(repr=False)
    problems: tuple[str, ...]


def read_sources(
    file: Path | None, environment: Mapping[str, str], settings: Iterable[str]
) -> Sources:
    """Read the settings file, by default the one that `IMI_SETTINGS_FILE` names, and secret files.

    Raises:
        ValueError: a file cannot be read, or a setting is given twice; no value is quoted.
    """
    named = environment.get("IMI_SETTINGS_FILE")
    settings_file = file or Path(named or ".env")
    in_file = read_settings_file(settings_file, must_exist=file is None and bool(named))
    secrets = read_secret_files(SECRET_SETTINGS, {**in_file, **environment})
    return Sources(settings_file, secrets, tuple(unknown_names(environment, in_file, settings)))


def read_settings_file(file: Path, *, must_exist: bool) -> dict[str, str]:
    """Return the values of the file by their names in capitals; empty if there is no such file.

    Raises:
        ValueError: the file cannot be read, or has lines that cannot; no line is quoted.
    """
    if not must_exist and not file.exists():
        return {}
    found: dict[str, str] = {}
    problems: list[str] = []
    for binding in parse_stream(StringIO(_text(file))):
        line = binding.original.line
        if binding.error or (binding.key is not None and binding.value is None):
            problems.append(f"{file}, line {line}: it cannot be read. Write NAME=value.")
        elif binding.key is not None and binding.value is not None:
            if binding.key.upper() in found:
                problems.append(f"{file}, line {line}: {binding.key.upper()} stands there twice.")
            found[binding.key.upper()] = binding.value
    if problems:
        raise ValueError("\n".join(problems))
    return found


def unknown_names(
    environment: Mapping[str, str], in_file: Iterable[str], settings: Iterable[str]
) -> Iterator[str]:
    """Return a sentence for each name that is no setting, with the nearest one that is.

    Of the environment, only names that begin with `IMI_` are meant for the product, and those
    that nearly are one of its `SLACK_` names. Of the file, also names such as `HTTPS_PROXY`: the
    libraries that send requests read them from the environment alone.
    """
    names = [name.upper() for name in settings]
    known = {*names, "IMI_SETTINGS_FILE", *(f"{name.upper()}_FILE" for name in SECRET_SETTINGS)}
    of_slack = [name for name in known if name.startswith("SLACK_")]
    for name in sorted({*(each.upper() for each in environment), *in_file} - known):
        is_ours = name.startswith("IMI_") and not _is_foreign(name, environment.get(name, ""))
        is_slip = name.startswith("SLACK_") and get_close_matches(name, of_slack, 1, 0.85)
        if is_ours or is_slip:
            yield _sentence(name, known)
        elif name.endswith("_PROXY") and name in in_file:
            yield f"{name} does nothing in the settings file. Set it in the environment of the bot."


def _text(file: Path) -> str:
    try:
        return file.read_text(ENCODING)
    except FileNotFoundError:
        raise ValueError(f"IMI_SETTINGS_FILE: there is no file {file}.") from None
    except IsADirectoryError:
        raise ValueError(f"IMI_SETTINGS_FILE: {file} is a directory, not a file.") from None
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file} is not in UTF-8. Save it as UTF-8.") from None


def _is_foreign(name: str, value: str) -> bool:
    if name.startswith(_OF_THE_TESTS):
        return True
    is_url = name.endswith("_PORT") and not value.startswith(_KUBERNETES_URL)
    return bool(_OF_KUBERNETES.fullmatch(name)) and not is_url


def _sentence(name: str, known: Iterable[str]) -> str:
    nearest = get_close_matches(name, sorted(known), 1)
    meant = f" Did you mean {nearest[0]}?" if nearest else " Take it out."
    return f"{name} is no setting of imi-bot.{meant}"
