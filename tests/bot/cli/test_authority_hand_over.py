"""Tests of `imi-bot authority hand-over`, run as a command against a real database."""

import pytest

from tests.bot.cli.shell import REGISTER, Shell

OLD, NEW = "Health Agency", "Ministry"


@pytest.fixture
def country(shell: Shell) -> Shell:
    """Two access managers; the first one manages a third authority."""
    shell.type("init")
    shell.type(*REGISTER, "--access-manager")
    for number, (name, *more) in enumerate(
        [(NEW, "--access-manager"), ("Labour Agency", "--managed-by", OLD)]
    ):
        changes = {
            "--official-name": name,
            "--email": f"post{number}@labour.example",
            "--user-email": f"bo{number}@labour.example",
        }
        words = list(REGISTER)
        for option, value in changes.items():
            words[words.index(option) + 1] = value
        assert shell.type(*words, *more).exit_code == 0
    return shell


def test_authorities_are_handed_over_after_a_confirmation(country: Shell) -> None:  # D15
    refused = country.type("authority", "hand-over", OLD, NEW, typed="n\n")
    done = country.type("authority", "hand-over", OLD, NEW, typed="y\n")
    again = country.type("authority", "hand-over", OLD, NEW, "--yes")

    assert refused.exit_code == 1
    assert done.output.startswith("Labour Agency\nHand over 1 to Ministry?")
    assert done.output.endswith("Handed over: 1.\n")
    assert again.output == "Health Agency manages no authority. Nothing is changed.\n"


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("Labour Agency", "No access manager has this official name: Labour Agency."),
        ("Nobody", "No access manager has this official name: Nobody."),
        ("health agency", "The present and the new access manager are the same."),
    ],
)
def test_an_unsuitable_access_manager_is_refused(
    country: Shell, new: str, said: str
) -> None:  # D15
    result = country.type("authority", "hand-over", OLD, new, "--yes")

    assert result.exit_code == 1
    assert said in result.output
