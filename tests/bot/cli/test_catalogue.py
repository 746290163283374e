"""Tests of `imi-bot catalogue`, run as a command against a real database."""

from pathlib import Path

import pytest

from core.catalogue.load import shipped
from tests.bot.cli.shell import REGISTER, Shell

LESS = '[[authority_roles]]\ncode = "ADMIN"\nname = { en = "A" }\nmin_holders = 1\n'
MORE = shipped() + '\n[[modules]]\ncode = "NEW"\nname = { en = "New" }\n'


@pytest.fixture
def ready(shell: Shell, tmp_path: Path) -> Path:
    """An authority with its first user, and catalogues with more, fewer and the same items."""
    shell.type("init")
    shell.type(*REGISTER)
    (tmp_path / "more.toml").write_text(MORE, "utf-8")
    (tmp_path / "less.toml").write_text(LESS, "utf-8")
    (tmp_path / "same.toml").write_text(shipped(), "utf-8")
    (tmp_path / "bad.toml").write_text("modules = 1\n", "utf-8")
    return tmp_path


@pytest.mark.usefixtures("ready")
def test_a_check_lists_the_differences(shell: Shell) -> None:  # D24
    more = shell.type("catalogue", "check", "more.toml")
    less = shell.type("catalogue", "check", "less.toml")
    same = shell.type("catalogue", "check", "same.toml")

    assert (more.exit_code, less.exit_code, same.exit_code) == (0, 1, 0)
    assert "New:\n  module NEW\n" in more.output
    assert "Dropped, in use:\n  module PQ (1 authority)" in less.output
    assert "role PQ:BASIC (1 user)" in less.output
    assert "Dropped, not in use:" in less.output
    assert "the same modules, roles and keywords" in same.output


@pytest.mark.usefixtures("ready")
def test_a_new_catalogue_is_loaded_after_confirmation(shell: Shell) -> None:
    assert shell.type("catalogue", "load", "more.toml", typed="n\n").exit_code == 1
    assert "Loaded." in shell.type("catalogue", "load", "more.toml", typed="y\n").output
    assert "Nothing changed." in shell.type("catalogue", "load", "more.toml", "--yes").output
    assert "the same" in shell.type("catalogue", "check", "more.toml").output


@pytest.mark.usefixtures("ready")
def test_items_in_use_are_withdrawn_only_on_request(shell: Shell) -> None:  # D24
    refused = shell.type("catalogue", "load", "less.toml", "--yes")
    assert refused.exit_code == 1
    assert "--withdraw" in refused.output
    assert "PQ:BASIC" in shell.type("user", "show", "aholm").output

    loaded = shell.type("catalogue", "load", "less.toml", "--withdraw", "--yes")

    assert loaded.exit_code == 0
    assert "PQ:BASIC" not in shell.type("user", "show", "aholm").output


@pytest.mark.parametrize(
    ("file", "said"), [("bad.toml", "bad.toml, line 1"), ("nowhere.toml", "No such file")]
)
@pytest.mark.usefixtures("ready")
def test_a_wrong_catalogue_file_is_named(shell: Shell, file: str, said: str) -> None:
    result = shell.type("catalogue", "check", file)

    assert result.exit_code == 1
    assert said in result.output


def test_init_does_not_drop_items_in_use(shell: Shell, ready: Path) -> None:
    shell.environment["IMI_CATALOGUE"] = str(ready / "less.toml")

    result = shell.type("init")

    assert result.exit_code == 1
    assert "The catalogue drops what is in use:" in result.output
