"""`/imi-audit` and `/imi-me data` in Slack."""

import csv
import io
import json

import pytest

from bot.commands.demo import Demo
from core.audit import reading, rows
from core.audit.rules import Act
from core.languages.texts import texts
from handlers.audit import listeners
from handlers.audit.acts import act_names
from tests.handlers.people import ANNA, JONAS, last_answer, register, shown, take_all_roles

_ = texts("da").gettext


def files_of(demo: Demo, member: str) -> list[bytes]:
    return [
        demo.slack.file(file["id"]) for one in demo.slack.messages(member) for file in one.files
    ]


def letters_to_ida(demo: Demo) -> int:
    return sum(mail.recipients[0].startswith("ida") for mail in demo.slack.mails)


async def test_what_was_done_is_listed_and_filtered(demo: Demo) -> None:  # D22
    await register(demo, member=JONAS)
    await demo.slack.command(ANNA, "/imi-audit")
    assert _("User registered") in shown(demo)
    assert "Jonas Østergård" in shown(demo)
    assert "PQ:" not in shown(demo)

    await demo.slack.fill(ANNA, {"audit_act": "signed_in"})
    await demo.slack.submit(ANNA)
    assert _("Nothing fits. Leave a field empty, or choose earlier days.") in shown(demo)

    await demo.slack.fill(ANNA, {"audit_act": "user_registered", "audit_person": "jonas"})
    await demo.slack.submit(ANNA)
    view = demo.slack.view(ANNA)
    assert view is not None
    entries = [one for one in view["blocks"] if one["block_id"].startswith("entry_")]
    assert len(entries) == 1


async def test_who_administers_nothing_any_more_is_told_so(demo: Demo) -> None:  # R38
    await demo.slack.command(ANNA, "/imi-audit")
    await take_all_roles(demo)

    answer = await demo.slack.submit(ANNA)

    assert "administrator" in str(answer.errors) + shown(demo)


async def test_a_name_after_the_command_is_sought(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-audit", "nobody")

    assert _("Nothing fits. Leave a field empty, or choose earlier days.") in shown(demo)


async def test_pages_are_turned(demo: Demo) -> None:
    for number in range(14):
        await register(demo, first_name=f"Ida{number}", email=f"ida{number}@sundhed.example")
    # Nothing is written meanwhile: the passwords are made.
    await demo.slack.until(lambda: letters_to_ida(demo) == 14, 15)
    await demo.slack.command(ANNA, "/imi-audit")
    first = shown(demo)

    await demo.slack.click(ANNA, "audit_older")
    await demo.slack.until(lambda: "audit_newer" in shown(demo))
    await demo.slack.click(ANNA, "audit_newer")
    await demo.slack.until(lambda: "audit_newer" not in shown(demo))

    entries = [part.split('"')[0] for part in first.split("entry_")[1:]]
    assert all(f"entry_{number}" in shown(demo) for number in entries)


async def test_the_trail_is_taken_as_a_file(demo: Demo) -> None:  # D22
    await register(demo, member=JONAS)
    await demo.slack.command(ANNA, "/imi-audit")

    await demo.slack.click(ANNA, "audit_csv")
    await demo.slack.until(lambda: len(files_of(demo, ANNA)) == 1)
    await demo.slack.close(ANNA)
    await demo.slack.click(ANNA, "audit_json")
    await demo.slack.until(lambda: len(files_of(demo, ANNA)) == 2)

    table, lines = files_of(demo, ANNA)
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert rows[0][0] == _("Number")
    assert any("Jonas Østergård" in row for row in rows)
    objects = [json.loads(line) for line in lines.decode().splitlines()]
    assert Act.USER_REGISTERED in [one["act"] for one in objects]
    assert all(one["seal"] for one in objects)


@pytest.mark.parametrize("button", ["audit_csv", "audit_json"])
async def test_a_long_trail_is_taken_in_several_files(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    monkeypatch.setattr(reading, "PIECE", 2)
    monkeypatch.setattr(listeners, "FILE_PIECES", 2)
    user = await register(demo, member=JONAS)
    # His temporary password is in the trail once it was sent.
    await demo.slack.until(lambda: any(user.email in m.recipients for m in demo.slack.mails))
    await demo.slack.command(ANNA, "/imi-audit")

    await demo.slack.click(ANNA, button)
    said = "The file is in your messages with the IMI app. Nobody else sees it."
    await demo.slack.until(lambda: _(said) in shown(demo))

    files = [one.decode("utf-8-sig").splitlines() for one in files_of(demo, ANNA)]
    if button == "audit_csv":
        assert {lines.pop(0).split(",")[0] for lines in files} == {_("Number")}
        numbers = [int(line.split(",")[0]) for lines in files for line in lines]
    else:
        numbers = [json.loads(line)["number"] for lines in files for line in lines]
    kept = await demo.product.store.read(lambda tx: list(rows.since(tx)))
    taken = next(one for one in kept if one.happening.act == Act.TRAIL_EXPORTED)
    authority = taken.happening.authority_id
    before = [one for one in kept if one.id < taken.id]
    assert len(files) > 1
    assert numbers == [one.id for one in before if one.happening.authority_id == authority]


async def test_where_slack_takes_no_file_no_second_one_is_tried(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PIECE", 2)
    monkeypatch.setattr(listeners, "FILE_PIECES", 2)
    await register(demo, member=JONAS)
    await demo.slack.command(ANNA, "/imi-audit")
    demo.slack.faults.add("files.getUploadURLExternal", "error:internal_error", times=1)

    await demo.slack.click(ANNA, "audit_csv")

    said = "Slack did not take the file. Try again; if it stays, ask whoever runs the bot."
    await demo.slack.until(lambda: _(said) in shown(demo))
    assert files_of(demo, ANNA) == []


async def test_a_user_who_administers_nothing_reads_nothing(demo: Demo) -> None:
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, "/imi-audit")

    assert last_answer(demo, JONAS).startswith("Det kan kun en administrator")


async def test_a_person_gets_what_is_kept_about_them(demo: Demo) -> None:
    jonas = await register(demo, member=JONAS)
    await demo.slack.until(lambda: any(jonas.email in m.recipients for m in demo.slack.mails))

    await demo.slack.command(JONAS, "/imi-me", "data")

    await demo.slack.until(lambda: files_of(demo, JONAS))
    (file,) = files_of(demo, JONAS)
    found = json.loads(file.decode())
    assert found["account"][0]["email"] == jonas.email
    assert found["slack_member"][0]["member_id"] == JONAS
    assert {row["module"] for row in found["roles"]} == {role.module for role in jonas.roles}
    assert "own_data_taken" in [row["act"] for row in found["record_of_what_was_done"]]
    assert "anna.holm@" not in file.decode()
    assert "hash" not in found["passwords"][0]
    assert files_of(demo, ANNA) == []
    await demo.slack.until(
        lambda: (
            _("The file is in your messages with the IMI app. Nobody else sees it.")
            in shown(demo, JONAS)
        )
    )


async def test_what_is_kept_about_others_is_not_in_it(demo: Demo) -> None:
    await register(demo, member=JONAS)

    await demo.slack.command(ANNA, "/imi-me", "data")

    await demo.slack.until(lambda: files_of(demo, ANNA))
    (file,) = files_of(demo, ANNA)
    assert "jonas" not in file.decode().casefold()
    found = json.loads(file.decode())
    assert "user_registered" in [row["act"] for row in found["record_of_what_was_done"]]


async def test_a_file_that_slack_does_not_take_is_said(demo: Demo) -> None:
    await register(demo, member=JONAS)
    demo.slack.faults.add("files.getUploadURLExternal", "error:internal_error", times=9)

    await demo.slack.command(JONAS, "/imi-me", "data")

    said = "Slack did not take the file. Try again; if it stays, ask whoever runs the bot."
    await demo.slack.until(lambda: _(said) in shown(demo, JONAS))


def test_every_act_has_a_name() -> None:
    assert set(act_names(texts("en"))) == set(Act)
