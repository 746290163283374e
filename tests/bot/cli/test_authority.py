"""Tests of `imi-bot authority register`, run as a command."""

import asyncio
import json

import pytest

from core.authorities.details import checked_details, details_of
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.store.store import open_store
from sandbox import Channel, Member, Sandbox
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
    assert "This module does not exist in the catalogue." in result.output
    assert "This is not a valid e-mail address." in result.output
    assert shell.type(*REGISTER).exit_code == 0


async def test_a_linked_first_user_gets_the_username_by_dm(slack: Sandbox, database: str) -> None:
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")

    result = await in_thread(shell, *REGISTER, "--member", "U0ANNA")

    assert result.exit_code == 0
    assert "The username goes out by Slack DM." in result.output
    assert "aholm" not in result.output


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("U0123456", "--member U0123456: Slack has no such member."),
        ("anna", "--member anna: That is no id."),
        ("anna@health.example", "--member anna@health.example: That is no id."),
        ("U0BEA", "--member: in Slack U0BEA is Bea Berg <bea@health.example>, not anna@health"),
        ("U0GONE", "deactivated"),
        ("U0ROBOT", "A bot cannot have"),
    ],
)
async def test_a_wrong_member_is_answered_with_the_right_one(
    slack: Sandbox, database: str, member: str, said: str
) -> None:
    """Otherwise the username goes to nobody or to somebody else, and the first user is locked out.

    The example of docs/installing.md is among them (D21, R54).
    """
    for person in (
        Member(id="U0BEA", name="bea", real_name="Bea Berg", email="bea@health.example"),
        Member(id="U0GONE", name="dan", real_name="Dan Departed", deleted=True),
        Member(id="U0ROBOT", name="robot", real_name="Robot", is_bot=True),
    ):
        slack.workspace.put_member(person)
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")

    result = await in_thread(shell, *REGISTER, "--member", member)

    assert result.exit_code == 1
    assert said in result.output
    assert "Anna Holm has the address anna@health.example. Write: --member U0ANNA" in result.output
    assert (await in_thread(shell, *REGISTER, "--member", "U0ANNA")).exit_code == 0


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("C0123456", "Slack has no such channel, or it is private and the bot is not in it"),
        ("#health", "that is no id. A channel's id begins with C or G."),
        ("U0ANNA", "that is no id."),
        ("C0OLD", "#old is archived."),
    ],
)
async def test_a_wrong_channel_is_refused_with_how_ids_are_found(
    slack: Sandbox, database: str, channel: str, said: str
) -> None:
    slack.workspace.put_channel(Channel(id="C0OLD", name="old", is_archived=True))
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")

    result = await in_thread(shell, *REGISTER, "--team-channel", channel)

    assert result.exit_code == 1
    assert f"--team-channel {channel}: {said}" in result.output
    assert (await in_thread(shell, "user", "list")).output == "0 users.\n"


async def test_the_bot_enters_a_public_channel(slack: Sandbox, database: str) -> None:
    slack.workspace.put_channel(Channel(id="C0OPEN", name="open"))
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")

    result = await in_thread(shell, *REGISTER, "--team-channel", "C0OPEN", "--member", "U0ANNA")

    assert result.exit_code == 0, result.output
    assert "In Slack C0OPEN is #open; the bot is in it." in result.output
    assert slack.workspace.channels["C0OPEN"].bot_in


def test_nothing_is_registered_while_slack_cannot_be_asked(shell: Shell) -> None:
    shell.type("init")

    result = shell.type(*REGISTER, "--member", "U0ANNA")
    del shell.environment["SLACK_BOT_TOKEN"]
    without_token = shell.type(*REGISTER, "--team-channel", "C0HEALTH")

    for refused, why in ((result, "SLACK_API_URL cannot"), (without_token, "SLACK_BOT_TOKEN is")):
        assert refused.exit_code == 1
        assert f"Slack could not be asked, so nothing was changed. {why}" in refused.output
        assert "leave --member and --team-channel out" in refused.output
    assert shell.type(*REGISTER).exit_code == 0


async def test_the_first_user_can_act_at_once(slack: Sandbox, database: str) -> None:  # D12
    """Slack's description of the member is stored with the link."""
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")

    await in_thread(shell, *REGISTER, "--member", "U0ANNA")

    listed = (await in_thread(shell, "user", "list")).output
    assert "U0ANNA  active in Slack" in listed


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        ((), ("da",)),
        (("--authority-language", "sv", "--authority-language", "en"), ("sv", "en")),
    ],
)
def test_the_authority_has_working_languages_and_can_be_saved(
    shell: Shell, database: str, words: tuple[str, ...], languages: tuple[str, ...]
) -> None:  # D16, R21-R23
    shell.type("init")
    shell.type(*REGISTER, *words)

    async def read() -> Authority:
        store = await open_store(database)
        try:
            return await store.read(lambda tx: authorities.require(tx, 1))
        finally:
            await store.close()

    authority = asyncio.run(read())
    details = details_of(authority)

    assert (authority.languages, authority.text_language) == (languages, languages[0])
    assert checked_details(details) == details


def test_a_wrong_language_of_the_authority_is_refused(shell: Shell) -> None:
    shell.type("init")

    result = shell.type(*REGISTER, "--authority-language", "xx")

    assert (result.exit_code, result.output) == (1, "Choose one of the 24 languages.\n" * 2)


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
