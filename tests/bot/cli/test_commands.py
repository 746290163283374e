"""The commands, as they are typed, against the sandbox, on both databases."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import Result

from core.store import migration
from sandbox import AppInstall, Channel, Member, Sandbox
from tests.bot.cli.shell import REGISTER, Shell

OWN_CATALOGUE = """\
[[authority_roles]]
code = "ADMIN"
name = { en = "Boss" }
min_holders = 1
"""


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    install = AppInstall(
        manifest=Path(__file__).parents[3] / "manifest.yml",
        signing_secret="s" * 32,
        bot_token="xoxb-right",
        app_token="xapp-right",
    )
    people = [Member(id="U0ANNA", name="anna", real_name="Anna Holm", email="anna@health.example")]
    channels = [Channel(id="C0HEALTH", name="health", members=("U0ANNA",), bot_in=True)]
    async with Sandbox(members=people, channels=channels, app=install) as sandbox:
        yield sandbox


def environment(slack: Sandbox, url: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "xoxb-right",
        "SLACK_APP_TOKEN": "xapp-right",
        "SLACK_API_URL": slack.api_url,
        "IMI_DATABASE_URL": url,
        "IMI_SMTP_URL": slack.smtp_url,
        "IMI_MAIL_FROM": "imi@health.example",
        "IMI_SECRET_KEY": "k" * 32,
    }


def test_init_makes_the_tables_once(shell: Shell) -> None:
    first, second = shell.type("init"), shell.type("init")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert f"Tables: version {migration.newest_version()} (new)." in first.output
    assert "Catalogue: loaded." in first.output
    assert "Catalogue: as before." in second.output


def test_a_new_installation_has_no_account(shell: Shell) -> None:
    shell.type("init")

    for name in ("admin", "administrator", "root", "imi"):
        assert shell.type("user", "show", name).exit_code == 1


def test_the_first_user_has_every_role(shell: Shell) -> None:  # R6-R8
    shell.type("init")
    registered = shell.type(*REGISTER)
    shown = json.loads(shell.type("user", "show", "AHolm", "--json").output)

    assert registered.exit_code == 0
    assert "Username: aholm (tell it in person or by phone" in registered.output
    assert shown["administrator"] is True
    assert (shown["account"], shown["password"]) == ("new", "temporary")
    assert "PQ:REQ_HANDLER" in shown["roles"]
    assert "email" not in shown


def test_a_user_is_shown_as_lines_too(shell: Shell) -> None:
    shell.type("init")
    shell.type(*REGISTER, "--username", "chosen.one")

    shown = shell.type("user", "show", "chosen.one").output

    assert "username: chosen.one\n" in shown
    assert "roles: :ADMIN, PQ:" in shown


def test_an_unknown_user_is_said_to_be_none(shell: Shell) -> None:
    shell.type("init")

    shown = shell.type("user", "show", "nobody")

    assert shown.exit_code == 1
    assert shown.output == "No user has this username.\n"


def test_every_mistake_in_a_registration_is_told_and_nothing_is_written(shell: Shell) -> None:
    shell.type("init")
    wrong = [*REGISTER, "--country", "Denmark", "--module", "XX", "--email", "nobody"]

    told = shell.type(*wrong)

    assert told.exit_code == 1
    assert "Write the country's two-letter code, such as DK." in told.output
    assert "The catalogue has no such module." in told.output
    assert "This is no e-mail address." in told.output
    assert shell.type(*REGISTER).exit_code == 0


def test_before_init_every_command_says_what_to_do(shell: Shell) -> None:
    for words in (REGISTER, ["user", "show", "x"], ["run"]):
        told = shell.type(*words)

        assert told.exit_code == 1
        assert "Run: imi-bot init" in told.output


@pytest.mark.parametrize("words", [["init"], ["run"], ["doctor"], ["user", "show", "x"]])
def test_a_missing_setting_stops_every_command(shell: Shell, words: list[str]) -> None:
    del shell.environment["IMI_MAIL_FROM"]

    told = shell.type(*words)

    assert told.exit_code == 1
    assert told.output.startswith("IMI_MAIL_FROM is missing: ")


def test_another_kind_of_database_is_refused(shell: Shell) -> None:
    shell.environment["IMI_DATABASE_URL"] = "mysql://somewhere/imi"

    for words in (["init"], ["run"]):
        told = shell.type(*words)

        assert told.exit_code == 1
        assert "sqlite:///FILE or postgresql://" in told.output


def test_a_catalogue_of_ones_own_is_checked_and_loaded(shell: Shell, tmp_path: Path) -> None:  # D24
    own = tmp_path / "own.toml"
    own.write_text(OWN_CATALOGUE.replace("en =", "da ="))
    shell.environment["IMI_CATALOGUE"] = str(own)

    told = shell.type("init")
    assert told.exit_code == 1
    assert f"IMI_CATALOGUE: {own}, line 3: role ADMIN has no name in en." in told.output

    own.write_text(OWN_CATALOGUE)
    assert shell.type("init").exit_code == 0


def test_a_database_without_a_catalogue_is_not_ready(shell: Shell, database: str) -> None:
    import sqlite3

    shell.type("init")
    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM catalogues")
    connection.close()

    told = shell.type("user", "show", "x")

    assert "The database has no catalogue. Run: imi-bot init" in told.output


def test_run_says_when_slack_is_not_there(shell: Shell) -> None:
    shell.type("init")

    told = shell.type("run")

    assert told.exit_code == 1
    assert "Try: imi-bot doctor" in told.output


async def in_thread(shell: Shell, *words: str) -> Result:
    import asyncio

    return await asyncio.to_thread(shell.type, *words)


async def test_a_linked_first_user_gets_the_username_by_dm(slack: Sandbox, database: str) -> None:
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")

    told = await in_thread(shell, *REGISTER, "--member", "U0ANNA")

    assert told.exit_code == 0
    assert "The username goes out by Slack DM." in told.output
    assert "aholm" not in told.output


async def test_a_wrong_token_is_named(slack: Sandbox, database: str) -> None:
    shell = Shell({**environment(slack, database), "SLACK_BOT_TOKEN": "xoxb-wrong"})
    await in_thread(shell, "init")

    for words in ([*REGISTER, "--member", "U0ANNA"], ["run"]):
        told = await in_thread(shell, *words)

        assert told.exit_code == 1
        assert "SLACK_BOT_TOKEN: Slack says invalid_auth." in told.output
        assert "xoxb-wrong" not in told.output


async def test_doctor_finds_everything_well(slack: Sandbox, database: str) -> None:
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")

    told = await in_thread(shell, "doctor")

    assert told.exit_code == 0, told.output
    assert [line[:5] for line in told.output.splitlines()] == ["ok   "] * 5


@pytest.mark.parametrize(
    ("proxies", "token", "warned"),
    [("127.0.0.1", None, True), ("127.0.0.1", "t" * 32, False), ("", None, False)],
)
async def test_doctor_warns_of_metrics_that_a_proxy_may_let_out(
    slack: Sandbox, database: str, proxies: str, token: str | None, *, warned: bool
) -> None:
    given = {} if token is None else {"IMI_METRICS_TOKEN": token}
    shell = Shell({**environment(slack, database), "IMI_TRUSTED_PROXIES": proxies, **given})
    await in_thread(shell, "init")

    told = await in_thread(shell, "doctor")

    assert told.exit_code == 0, told.output
    assert ("warn  metrics: without IMI_METRICS_TOKEN" in told.output) == warned


async def test_doctor_names_all_that_is_wrong(slack: Sandbox, database: str) -> None:
    shell = Shell(
        {
            **environment(slack, database),
            "SLACK_BOT_TOKEN": "xoxb-wrong",
            "SLACK_APP_TOKEN": "xapp-wrong",
            "IMI_SMTP_URL": "smtp://127.0.0.1:9",
        }
    )

    told = await in_thread(shell, "doctor")

    assert told.exit_code == 1
    assert "wrong database: IMI_DATABASE_URL: the database has version none" in told.output
    assert "wrong slack: SLACK_BOT_TOKEN: invalid_auth" in told.output
    assert "wrong slack: SLACK_APP_TOKEN: invalid_auth" in told.output
    assert "wrong mail: IMI_SMTP_URL: " in told.output


async def test_doctor_names_a_scope_that_is_lacking(
    slack: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.cli import doctor
    from bot.slack import manifest

    monkeypatch.setattr(
        doctor, "required_scopes", lambda: manifest.required_scopes() | {"admin.users:write"}
    )
    shell = Shell(environment(slack, database))

    told = await in_thread(shell, "doctor")

    assert "the app lacks admin.users:write; install it anew from manifest.yml" in told.output


def test_doctor_says_what_cannot_be_reached(shell: Shell) -> None:
    shell.environment["IMI_DATABASE_URL"] = "postgresql://imi@127.0.0.1:9/imi"

    told = shell.type("doctor")

    assert told.exit_code == 1
    assert "database: IMI_DATABASE_URL cannot be reached" in told.output
    assert "slack: SLACK_API_URL cannot be reached" in told.output


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
