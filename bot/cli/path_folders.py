"""Takes the folders out of the paths in a text: a home directory is named after a person."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.database import sqlite_file
from bot.settings.settings import Settings

# In the folder of the home directories, the last part of a path is a person's name too.
_HOMES = ("/home/", "/Users/")
HOME = "(a home directory)"
# A path with at least one folder, at the beginning of a word or, in JSON, of a line. The parts of a
# URL and of a relative path such as docs/monitoring.md are no such paths.
_PATH = re.compile(
    r"(?:(?<![\w/])|(?<=\\n))(?:~|\.{1,2})?(?P<folder>/(?:[^\s/\"'\\]+/)+)(?P<name>[^\s/\"'\\]*)"
)


def without_folders(text: str, files: Iterable[Path]) -> str:
    """Return the text with only the names of files of its paths.

    The folders of `files` may have spaces in their names, or be relative.
    """
    for folder in sorted({*_folders_of(files)}, key=len, reverse=True):
        text = text.replace(f"{folder}/", "")
    return _PATH.sub(_name_of, text)


def named_files(settings: Settings | None) -> tuple[Path, ...]:
    """Return the files and folders that the settings name; without any, that of the settings."""
    named = os.environ.get("IMI_SETTINGS_FILE")
    files = [Path(named)] if named else []
    if settings is not None:
        values = [getattr(settings, name) for name in Settings.model_fields]
        files += [each for each in (*values, sqlite_file(settings)) if isinstance(each, Path)]
    return tuple(files)


def _folders_of(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        for folder in (file.parent, file.absolute().parent, file.resolve().parent):
            # Of "/home", the names behind it are to go too.
            if folder not in {Path(), Path("/")} and f"{folder}/" not in _HOMES:
                yield str(folder)


def _name_of(path: re.Match[str]) -> str:
    return HOME if path["folder"] in _HOMES else path["name"]
