"""Tests of `/imi-audit` and `/imi-me data` in Slack."""

import csv
import io
import json
from datetime import timedelta

import pytest

from bot.demo.demo import Demo
from core.audit.rows import entries as stored
from core.audit.rules import Act
from core.audit_log import service
from core.languages.texts import texts
from handlers.audit import listeners
from handlers.ui.audit_act_names import audit_act_names
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    last_answer,
    register,
    take_all_roles,
    view_text,
    wait_until_sent,
)

_ = texts("da").gettext


def files_of(demo: Demo, member: str) -> list[bytes]:
    return [
        demo.slack.file(file["id"]) for one in demo.slack.messages(member) for file in one.files
    ]


def letters_to_ida(demo: Demo) -> int:
    return sum(mail.recipients[0].startswith("ida") for mail in demo.slack.mails)


async def test_entries_are_listed_and_filtered(demo: Demo) -> None:  # D22
    await register(demo, member=JONAS)
    await demo.slack.command(ANNA, "/imi-audit")
    assert _("User registered") in view_text(demo)
    assert "Jonas Østergård" in view_text(demo)
    assert "PQ:" not in view_text(demo)

    await demo.slack.fill(ANNA, {"audit_act": "signed_in"})
    await demo.slack.submit(ANNA)
    assert _("No entries match. Clear a field, or choose earlier dates.") in view_text(demo)

    await demo.slack.fill(ANNA, {"audit_act": "user_registered", "audit_person": "jonas"})
    await demo.slack.submit(ANNA)
    view = demo.slack.view(ANNA)
    assert view is not None
    entries = [one for one in view["blocks"] if one["block_id"].startswith("entry_")]
    assert len(entries) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("audit_person", "zorro"),
        ("audit_act", "signed_in"),
        ("audit_since", "2100-01-01"),
        ("audit_until", "2000-01-01"),
    ],
)
async def test_each_filter_searches_without_a_button(  # D22
    demo: Demo, field: str, value: str
) -> None:
    await demo.slack.command(ANNA, "/imi-audit")
    assert '"entry_' in view_text(demo)

    await demo.slack.fill(ANNA, {field: value})

    nothing = _("No entries match. Clear a field, or choose earlier dates.")
    await demo.slack.until(lambda: nothing in view_text(demo))
    assert '"entry_' not in view_text(demo)


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        (0, 0, "some"),
        (-1, None, "some"),
        (None, 1, "some"),
        (1, None, "none"),
        (None, -1, "none"),
        (-3, -1, "none"),
    ],
)
async def test_the_days_chosen_limit_the_entries(
    demo: Demo, since: int | None, until: int | None, shown: str
) -> None:  # D22
    await register(demo, member=JONAS)
    await demo.slack.command(ANNA, "/imi-audit")
    today = demo.slack.clock.now().date()
    days = {
        name: (today + timedelta(days=offset)).isoformat()
        for name, offset in (("audit_since", since), ("audit_until", until))
        if offset is not None
    }

    await demo.slack.fill(ANNA, days)
    await demo.slack.submit(ANNA)

    assert ('"entry_' in view_text(demo)) is (shown == "some")
    assert all(f'"initial_date": "{day}"' in view_text(demo) for day in days.values())


async def test_a_former_administrator_is_refused(demo: Demo) -> None:  # R38
    await demo.slack.command(ANNA, "/imi-audit")
    await take_all_roles(demo)

    answer = await demo.slack.submit(ANNA)

    assert "administrator" in str(answer.errors) + view_text(demo)


async def test_a_name_after_the_command_is_searched_for(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-audit", "nobody")

    assert _("No entries match. Clear a field, or choose earlier dates.") in view_text(demo)


async def test_the_next_and_previous_pages_are_shown(demo: Demo) -> None:
    for number in range(14):
        name = f"Ida {chr(ord('a') + number)}"
        await register(demo, first_name=name, email=f"ida{number}@sundhed.example")
    # Once the passwords are made, no further entry is written.
    await demo.slack.until(lambda: letters_to_ida(demo) == 14, 15)
    await demo.slack.command(ANNA, "/imi-audit")
    first = view_text(demo)

    await demo.slack.click(ANNA, "audit_older")
    await demo.slack.until(lambda: "audit_newer" in view_text(demo))
    await demo.slack.click(ANNA, "audit_newer")
    await demo.slack.until(lambda: "audit_newer" not in view_text(demo))

    entries = [part.split('"')[0] for part in first.split("entry_")[1:]]
    assert all(f"entry_{number}" in view_text(demo) for number in entries)


async def test_the_trail_is_exported_as_a_file(demo: Demo) -> None:  # D22
    await register(demo, member=JONAS)
    await demo.slack.command(ANNA, "/imi-users", "edit jonas")
    await demo.slack.fill(ANNA, {"language": "sv"})
    assert (await demo.slack.submit(ANNA)).errors == {}
    await demo.slack.command(ANNA, "/imi-audit")

    await demo.slack.click(ANNA, "audit_csv")
    await demo.slack.until(lambda: len(files_of(demo, ANNA)) == 1)
    await demo.slack.close(ANNA)
    await demo.slack.click(ANNA, "audit_json")
    await demo.slack.until(lambda: len(files_of(demo, ANNA)) == 2)

    table, lines = files_of(demo, ANNA)
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == _("Number")
    assert any("Jonas Østergård" in row for row in rows)
    assert rows[0][1] == " ".join([_("Time"), "(Europe/Copenhagen)"])
    entries = await demo.product.store.read(lambda tx: {one.id: one for one in stored.since(tx)})
    for number, time, _by, act, _about, details in rows[1:]:
        entry = entries[int(number)]
        assert time == texts("da").moment(entry.at, "Europe/Copenhagen")
        assert act == audit_act_names(texts("da"))[entry.audit_event.act]
        assert "{" not in details
    (edit,) = [row for row in rows if row[3] == audit_act_names(texts("da"))[Act.USER_EDITED]]
    assert edit[5] == _("working language") + ": Dansk → Svenska"
    objects = [json.loads(line) for line in lines.decode().splitlines()]
    assert Act.USER_REGISTERED in [one["act"] for one in objects]
    assert all(one["entry_hash"] for one in objects)


@pytest.mark.parametrize("button", ["audit_csv", "audit_json"])
async def test_a_long_trail_is_exported_in_several_files(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    monkeypatch.setattr(service, "CHUNK_SIZE", 2)
    monkeypatch.setattr(listeners, "CHUNKS_PER_FILE", 2)
    await register(demo, member=JONAS)
    await wait_until_sent(demo)
    await demo.slack.command(ANNA, "/imi-audit")

    await demo.slack.click(ANNA, button)
    text = "The file is in the messages of the IMI app. Nobody else sees it."
    await demo.slack.until(lambda: _(text) in view_text(demo))

    files = [one.decode("utf-8-sig").splitlines() for one in files_of(demo, ANNA)]
    if button == "audit_csv":
        assert {lines.pop(0).split(";")[0] for lines in files} == {_("Number")}
        numbers = [int(line.split(";")[0]) for lines in files for line in lines]
    else:
        numbers = [json.loads(line)["number"] for lines in files for line in lines]
    kept = await demo.product.store.read(lambda tx: list(stored.since(tx)))
    taken = next(one for one in kept if one.audit_event.act == Act.TRAIL_EXPORTED)
    authority = taken.audit_event.authority_id
    before = [one for one in kept if one.id < taken.id]
    assert len(files) > 1
    assert numbers == [one.id for one in before if one.audit_event.authority_id == authority]


async def test_after_a_failed_upload_no_further_file_is_sent(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHUNK_SIZE", 2)
    monkeypatch.setattr(listeners, "CHUNKS_PER_FILE", 2)
    await register(demo, member=JONAS)
    await wait_until_sent(demo)
    await demo.slack.command(ANNA, "/imi-audit")
    demo.slack.faults.add("files.getUploadURLExternal", "error:internal_error", times=1)

    await demo.slack.click(ANNA, "audit_csv")

    text = (
        "Slack did not accept the file. Try again. If the problem persists, contact your IT"
        " department."
    )
    await demo.slack.until(lambda: _(text) in view_text(demo))
    assert files_of(demo, ANNA) == []


async def test_an_ordinary_user_cannot_read_the_trail(demo: Demo) -> None:
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, "/imi-audit")

    assert last_answer(demo, JONAS).startswith("Det kan kun en administrator")


async def test_a_user_exports_all_data_stored_about_them(demo: Demo) -> None:
    jonas = await register(demo, member=JONAS)
    await demo.slack.until(lambda: any(jonas.email in m.recipients for m in demo.slack.mails))

    await demo.slack.command(JONAS, "/imi-me", "data")

    await demo.slack.until(lambda: len(files_of(demo, JONAS)) == 2)
    page, file = files_of(demo, JONAS)
    text = page.decode()
    assert text.startswith('<!doctype html>\n<html lang="da">')
    assert all(word in text for word in (jonas.email, jonas.username, _("Own data downloaded")))
    assert "own_data_taken" not in text
    assert "http" not in text
    assert "anna.holm@" not in text
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
            _("The file is in the messages of the IMI app. Nobody else sees it.")
            in view_text(demo, JONAS)
        )
    )


async def test_the_export_of_own_data_holds_nothing_about_others(demo: Demo) -> None:
    await register(demo, member=JONAS)

    await demo.slack.command(ANNA, "/imi-me", "data")

    await demo.slack.until(lambda: len(files_of(demo, ANNA)) == 2)
    _page, file = files_of(demo, ANNA)
    assert "jonas" not in file.decode().casefold()
    found = json.loads(file.decode())
    assert "user_registered" in [row["act"] for row in found["record_of_what_was_done"]]


async def test_a_failed_upload_of_own_data_is_reported(demo: Demo) -> None:
    await register(demo, member=JONAS)
    demo.slack.faults.add("files.getUploadURLExternal", "error:internal_error", times=9)

    await demo.slack.command(JONAS, "/imi-me", "data")

    text = (
        "Slack did not accept the file. Try again. If the problem persists, contact your IT"
        " department."
    )
    await demo.slack.until(lambda: _(text) in view_text(demo, JONAS))


def test_every_act_has_a_name() -> None:
    assert set(audit_act_names(texts("en"))) == set(Act)


async def test_moments_are_in_the_zone_of_who_is_linked_by_this_request(demo: Demo) -> None:
    """B05, D21: Slack's answer has the zone, which is not stored before the link."""
    email = "jonas.oestergaard@sundhed.example"
    await register(demo, first_name="Jonas", email=email, administrator=[":ADMIN"])

    await demo.slack.command(JONAS, "/imi-audit", "Jonas")

    newest = (await demo.product.store.read(lambda tx: list(stored.since(tx))))[-1]
    assert newest.audit_event.act == Act.MEMBER_LINKED
    assert texts("da").moment(newest.at, "Europe/Copenhagen") in view_text(demo, JONAS)
