"""Tests of `imi-bot authority register`, run as a command."""

import json

from sandbox import Sandbox
from tests.bot.cli.shell import REGISTER, Shell, environment, in_thread


def test_the_first_user_has_every_role(shell: Shell) -> None:  # R6-R8
    shell.type("init")
    registered = shell.type(*REGISTER)
    details = json.loads(shell.type("user", "show", "AHolm", "--json").output)

    assert registered.exit_code == 0
    assert "Username: aholm (tell it in person or by phone" in registered.output
    assert details["administrator"] is True
    assert (details["account"], details["password"]) == ("new", "temporary")
    assert "PQ:REQ_HANDLER" in details["roles"]
    assert "email" not in details


def test_all_mistakes_of_a_registration_are_reported_and_nothing_is_written(shell: Shell) -> None:
    shell.type("init")
    wrong = [*REGISTER, "--country", "Denmark", "--module", "XX", "--email", "nobody"]

    result = shell.type(*wrong)

    assert result.exit_code == 1
    assert "Write the country's two-letter code, such as DK." in result.output
    assert "The catalogue has no such module." in result.output
    assert "This is no e-mail address." in result.output
    assert shell.type(*REGISTER).exit_code == 0


async def test_a_linked_first_user_gets_the_username_by_dm(slack: Sandbox, database: str) -> None:
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")

    result = await in_thread(shell, *REGISTER, "--member", "U0ANNA")

    assert result.exit_code == 0
    assert "The username goes out by Slack DM." in result.output
    assert "aholm" not in result.output


def test_an_access_manager_can_be_named(shell: Shell) -> None:  # D15
    shell.type("init")
    shell.type(*REGISTER, "--access-manager")
    other = [
        {"Health Agency": "Labour Agency", "post@health.example": "post@labour.example"}.get(w, w)
        for w in REGISTER
    ]
    other[other.index("anna@health.example")] = "anna@labour.example"

    nobody = shell.type(*other, "--managed-by", "Labour Agency")
    done = shell.type(*other, "--managed-by", "health  agency")

    assert (nobody.exit_code, done.exit_code) == (1, 0)
    assert "--managed-by: no access manager has this official name." in nobody.output
