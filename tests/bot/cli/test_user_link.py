"""`imi-bot user link` and `imi-bot user list`, as they are typed (B04, D21)."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox import Member, Sandbox
from tests.bot.cli.shell import REGISTER, Shell, environment, in_thread

OTHER_WORDS = {
    "Health Agency": "Labour Agency",
    "post@health.example": "post@labour.example",
    "anna@health.example": "bea@labour.example",
    "Anna": "Bea",
    "Holm": "Berg",
}
OTHER = [OTHER_WORDS.get(word, word) for word in REGISTER]
BACK = "U0ANNA2"


def _people() -> list[Member]:
    return [
        Member(id=BACK, name="anna2", real_name="Anna Holm", email="anna@health.example"),
        Member(id="U0BEA", name="bea", real_name="Bea Berg", email="bea@labour.example"),
        Member(id="U0BEA2", name="bea2", real_name="Bea Berg", email="bea.berg@labour.example"),
        Member(id="U0GUEST", name="gita", real_name="Gita", is_restricted=True),
    ]


@pytest.fixture(scope="module")
def made_before() -> list[bytes]:
    """The content of the database that the first office made, for the later ones."""
    return []


@pytest.fixture
async def office(slack: Sandbox, database: str, made_before: list[bytes]) -> Shell:
    """Two authorities: Anna is linked to U0ANNA, who was deactivated since, Bea to U0BEA."""
    shell = Shell(environment(slack, database))
    for person in _people():
        slack.workspace.put_member(person)
    path = Path(database.removeprefix("sqlite:///"))
    if made_before:
        await asyncio.to_thread(path.write_bytes, made_before[0])
    else:
        await in_thread(shell, "init")
        assert (await in_thread(shell, *REGISTER, "--member", "U0ANNA")).exit_code == 0
        assert (await in_thread(shell, *OTHER, "--member", "U0BEA")).exit_code == 0
        made_before.append(await asyncio.to_thread(path.read_bytes))
    await slack.deactivate("U0ANNA")
    return shell


def links(database: str) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        query = "SELECT username, team_id, member_id FROM users ORDER BY id"
        return list(connection.execute(query))


def acts(database: str) -> list[tuple[str, str, dict[str, object]]]:
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        found = connection.execute(
            "SELECT actor_kind, act, details FROM audit_entries ORDER BY id"
        ).fetchall()
    return [(kind, act, json.loads(details)) for kind, act, details in found]


async def test_a_user_who_is_back_is_linked_again(office: Shell, database: str) -> None:  # D21, D22
    result = await in_thread(office, "user", "link", "AHolm", BACK)

    assert result.exit_code == 0, result.output
    assert f"Anna Holm is linked to {BACK} (Anna Holm)." in result.output
    assert links(database)[0][2] == BACK
    kind, act, details = acts(database)[-1]
    assert (kind, act) == ("command_line", "member_linked")
    assert details == {"before": {"member": "U0ANNA"}, "after": {"member": BACK}}
    shown = await in_thread(office, "user", "list", "--authority", "Health Agency")
    assert "active in Slack" in shown.output
    assert "not active" not in shown.output


async def test_linking_twice_changes_nothing(office: Shell, database: str) -> None:
    await in_thread(office, "user", "link", "aholm", BACK)
    before = acts(database)

    result = await in_thread(office, "user", "link", "aholm", f"<@{BACK}|anna>")

    assert (result.exit_code, "already" in result.output) == (0, True)
    assert acts(database) == before


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("U0NOBODY", f"Anna Holm has the address anna@health.example. Write: MEMBER {BACK}"),
        ("anna", "That is no id. Anna Holm has the address"),
        ("U0ANNA", "deactivated"),
        ("U0GUEST", "Guests of the workspace"),
        ("U0BEA2", "not anna@health.example. Anna Holm has the address"),
        ("U0BEA", "not anna@health.example. Anna Holm has the address"),
    ],
)  # fmt: skip
async def test_a_wrong_member_is_answered_with_the_right_one(
    office: Shell, database: str, member: str, said: str
) -> None:
    before = links(database), acts(database)

    result = await in_thread(office, "user", "link", "aholm", member, "--yes")

    assert result.exit_code == 1
    assert said in result.output
    assert (links(database), acts(database)) == before


async def test_a_member_with_another_address_is_confirmed_first(
    office: Shell, slack: Sandbox, database: str
) -> None:
    await slack.update_member(BACK, email="a.holm@elsewhere.example")
    typed = ("user", "link", "aholm", BACK)

    declined = await asyncio.to_thread(office.type, *typed, typed="n\n")
    before = links(database)[0][2]
    accepted = await asyncio.to_thread(office.type, *typed, typed="y\n")

    assert (declined.exit_code, before) == (1, "U0ANNA")
    assert "nobody there has the address anna@health.example" in declined.output
    assert (accepted.exit_code, links(database)[0][2]) == (0, BACK)


async def test_a_member_of_another_user_is_refused(
    office: Shell, slack: Sandbox, database: str
) -> None:
    await slack.update_member("U0BEA", email="anna@health.example")
    await slack.update_member(BACK, email="x@health.example")

    result = await in_thread(office, "user", "link", "aholm", "U0BEA")

    assert result.exit_code == 1
    assert "already has an account in IMI" in result.output
    assert links(database)[0][2] == "U0ANNA"


async def test_nothing_is_changed_while_slack_cannot_be_asked(office: Shell, database: str) -> None:
    office.environment["SLACK_API_URL"] = "http://127.0.0.1:9/"

    result = await in_thread(office, "user", "link", "aholm", BACK)

    assert result.exit_code == 1
    assert "Slack could not be asked, so nothing was changed." in result.output
    assert links(database)[0][2] == "U0ANNA"


@pytest.mark.parametrize("words", [(), ("aholm",), ("aholm", BACK, "--from-file", "x.csv")])
def test_what_to_write_is_said(registered: Shell, words: tuple[str, ...]) -> None:
    result = registered.type("user", "link", *words)

    assert result.exit_code == 1
    assert result.output.startswith("Write: imi-bot user link USERNAME MEMBER, or:")


@pytest.fixture
async def moved(office: Shell, database: str) -> Shell:
    """As after a move: every user is linked to a member of the former workspace."""
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE users SET team_id = 'T0FORMER'")
        connection.execute("UPDATE users SET member_id = 'U9ANNA' WHERE username = 'aholm'")
        connection.execute("UPDATE users SET member_id = 'U9BEA' WHERE username = 'bberg'")
        connection.commit()
    return office


async def move(shell: Shell, rows: str, *words: str) -> tuple[int, str]:
    await asyncio.to_thread(Path("moved.csv").write_text, rows, "utf-8")
    result = await in_thread(shell, "user", "link", "--from-file", "moved.csv", *words)
    return result.exit_code, result.output


@pytest.mark.parametrize("between", [",", ";", "\t"])
async def test_a_whole_workspace_moves_from_a_file(
    moved: Shell, slack: Sandbox, database: str, between: str
) -> None:  # B04, D21
    rows = f"old{between}new\nU9ANNA{between}{BACK}\nU9BEA{between}U0BEA\nU9OTHER{between}U0X\n"

    code, output = await move(moved, rows, "--yes")

    assert code == 0, output
    team = slack.workspace.team.id
    assert links(database) == [("aholm", team, BACK), ("bberg", team, "U0BEA")]
    assert "2 to link to members of" in output
    assert "1 in the file are no users of IMI." in output
    linked = [details["after"] for _, act, details in acts(database) if act == "member_linked"]
    assert linked == [{"member": BACK}, {"member": "U0BEA"}]

    again, output = await move(moved, rows, "--yes")
    assert (again, "2 linked already" in output) == (0, True)


async def test_ids_may_swap(moved: Shell, database: str) -> None:
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute(f"UPDATE users SET member_id = '{BACK}' WHERE username = 'bberg'")  # noqa: S608 - a constant
        connection.execute("UPDATE users SET member_id = 'U0BEA' WHERE username = 'aholm'")
        connection.commit()

    code, output = await move(moved, f"U0BEA,{BACK}\n{BACK},U0BEA\n", "--yes")

    assert code == 0, output
    assert [member for _, _, member in links(database)] == [BACK, "U0BEA"]


async def test_a_dry_run_changes_nothing(moved: Shell, database: str) -> None:
    before = links(database), acts(database)

    code, output = await move(moved, f"U9ANNA,{BACK}\n", "--dry-run")

    assert code == 0
    assert f"aholm  Anna Holm: U9ANNA → {BACK} (Anna Holm)" in output
    assert "1 are linked to another workspace and not in the file" in output
    assert "Nothing is changed." in output
    assert (links(database), acts(database)) == before


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("U9BEA,U0NOBODY\n", "Row 2 (U9BEA, U0NOBODY): Slack has no member with the new id."),
        ("U9BEA,U0GUEST\n", "Row 2 (U9BEA, U0GUEST): the new member is a guest"),
        ("U9BEA,U0ANNA\n", "Row 2 (U9BEA, U0ANNA): the new member is a guest, a bot, deactivated"),
        (f"U9BEA,{BACK}\n", f"Row 2 (U9BEA, {BACK}): an earlier row has the same new id."),
        ("U9ANNA,U0BEA\n", "Row 2 (U9ANNA, U0BEA): an earlier row has the same old id."),
        ("U9BEA\n", "row 2: these are not two Slack ids."),
        ("U9BEA,bea@labour.example\n", "row 2: these are not two Slack ids."),
    ],
)
async def test_one_wrong_row_stops_the_whole_file(
    moved: Shell, database: str, rows: str, said: str
) -> None:  # D21: nothing half
    before = links(database), acts(database)

    code, output = await move(moved, f"U9ANNA,{BACK}\n{rows}", "--yes")

    assert code == 1
    assert said in output
    assert (links(database), acts(database)) == before


async def test_a_member_whose_user_stays_is_not_taken_over(moved: Shell, database: str) -> None:
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE users SET member_id = 'U0BEA' WHERE username = 'bberg'")
        connection.commit()

    code, output = await move(moved, "U9ANNA,U0BEA\n", "--yes")

    assert code == 1
    assert "the new member is linked to a user who does not move" in output


def test_an_empty_or_unreadable_file_is_said(registered: Shell, tmp_path: Path) -> None:
    file = tmp_path / "moved.csv"
    for content in (b"", b"old,new\n", "U9Ø,U0Ø\n".encode("utf-16")):
        file.write_bytes(content)

        result = registered.type("user", "link", "--from-file", str(file))

        assert result.exit_code == 1
        assert "Write one member a row" in result.output or "not in UTF-8" in result.output
    assert "No such file" in registered.type("user", "link", "--from-file", "none.csv").output


def test_users_are_listed(registered: Shell) -> None:
    registered.type(*OTHER)

    lines = registered.type("user", "list").output.splitlines()
    as_json = json.loads(registered.type("user", "list", "--json").output)
    unknown = registered.type("user", "list", "--authority", "Nobody")

    assert [line.split("  ")[0] for line in lines] == ["aholm", "bberg", "2 users."]
    assert [(one["username"], one["member"]) for one in as_json] == [
        ("aholm", None),
        ("bberg", None),
    ]
    assert "None" not in "".join(lines)
    assert (unknown.exit_code, "no authority has this" in unknown.output) == (1, True)
