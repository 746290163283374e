"""Tests of importing users from a file in Slack."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.demo.demo import Demo
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.imports import service
from core.imports.service import UserImport
from core.languages.texts import texts
from core.schema.users import users as users_table
from handlers import progress_modal
from handlers.imports import listeners
from sandbox.state.files import File, FileStore
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, register, take_all_roles, view_text
from tests.handlers.imports.import_actions import HEADER, IDA, WRONG, check_file, submit_file

_ = texts("da").gettext
NEW = texts("da").pgettext("row of an imported file", "new")


async def number_of_users(demo: Demo) -> int:
    query = select(func.count()).select_from(users_table)
    return await demo.product.store.read(lambda tx: tx.execute(query).scalar_one())


async def test_a_file_is_checked_previewed_and_then_imported(demo: Demo) -> None:  # R12, R41-R53
    before = await number_of_users(demo)
    await check_file(demo, IDA, WRONG)
    assert _("Choose one of the 24 languages.") in blocks_of(demo)["refused"]["text"]["text"]
    assert "Bo Berg" in blocks_of(demo)["refused"]["text"]["text"]
    assert await number_of_users(demo) == before

    await demo.slack.submit(ANNA)

    text = texts("da").ngettext(
        "{number} user has been registered.", "{number} users have been registered.", 1
    )
    await demo.slack.until(lambda: text in view_text(demo))
    assert await number_of_users(demo) == before + 1
    await demo.slack.until(lambda: any(m.files for m in demo.slack.messages(ANNA)))
    (message,) = [m for m in demo.slack.messages(ANNA) if m.files]
    content = demo.slack.file(message.files[0]["id"]).decode("utf-8-sig")
    assert "3;Bo;Berg;bo@sundhed.example;;" in content
    assert "Ida" not in content
    await demo.slack.until(
        lambda: any("ida@sundhed.example" in mail.recipients for mail in demo.slack.mails)
    )
    team = texts("da").ngettext(
        "{number} user registered in IMI from a file. Authority: {authority}. By: {by}.",
        "{number} users registered in IMI from a file. Authority: {authority}. By: {by}.",
        1,
        by="Anna Holm",
        authority="Sundhedsstyrelsen",
    )
    await demo.slack.until(lambda: team in str(demo.slack.messages("C0HEALTH")))  # C5


async def test_a_check_without_an_import_is_audited(demo: Demo) -> None:  # D22
    await check_file(demo, IDA, WRONG)

    entries = await demo.product.store.read(lambda tx: list(audit_rows.since(tx)))

    (done,) = [one.audit_event for one in entries if one.audit_event.act == Act.USERS_CHECKED]
    assert done.details == {"created": 1, "unchanged": 0, "refused": 1}


async def test_importing_the_same_file_again_registers_no_user(demo: Demo) -> None:
    await check_file(demo, IDA)
    await demo.slack.submit(ANNA)
    await demo.slack.until(lambda: "er registreret." in view_text(demo))
    await demo.slack.close(ANNA)

    await check_file(demo, IDA)

    assert view(demo)["submit"] is None
    assert "1 person er allerede bruger her" in view_text(demo)


def view(demo: Demo) -> dict[str, Any]:
    found = demo.slack.view(ANNA)
    assert found is not None
    return found


async def test_the_preview_of_every_row_is_sent_as_a_file(demo: Demo) -> None:
    await check_file(demo, IDA, WRONG)

    await demo.slack.click(ANNA, "import_as_file")

    await demo.slack.until(lambda: any(m.files for m in demo.slack.messages(ANNA)))
    (message,) = [m for m in demo.slack.messages(ANNA) if m.files]
    content = demo.slack.file(message.files[0]["id"]).decode("utf-8-sig")
    assert content.splitlines()[1] == f"2;Ida;Møller;ida@sundhed.example;imoeller;{NEW};"
    assert content.splitlines()[2].startswith("3;Bo;Berg;bo@sundhed.example;;")


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("first_name;last_name", "language, email"),
        (HEADER, "Filen indeholder ingen brugere"),
    ],
)
async def test_an_unreadable_file_is_explained_above_the_form(
    demo: Demo, header: str, text: str
) -> None:
    await submit_file(demo, header=header)

    await demo.slack.until(lambda: "file" in blocks_of(demo))
    assert text in view_text(demo)


async def test_a_file_of_another_member_is_not_read(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-import")
    theirs = demo.slack.choose_file(JONAS, "users.csv", f"{HEADER}\n{IDA}".encode())
    content = demo.slack.choose_file(ANNA, "users.csv", b"x")
    demo.slack.workspace.files._files[content] = demo.slack.workspace.files._files[theirs]  # noqa: SLF001
    await demo.slack.fill(ANNA, {"file": [content]})

    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: "file" in blocks_of(demo))
    assert _("The file cannot be read from Slack. Choose it again.") in view_text(demo)


@pytest.mark.parametrize("fault", ["error:file_not_found", "http_500"])
async def test_a_file_that_slack_does_not_provide_is_requested_again(
    demo: Demo, fault: str
) -> None:
    demo.slack.faults.add("files.info", fault, times=5)

    await submit_file(demo, IDA)

    text = _("The file cannot be read from Slack. Choose it again.")
    await demo.slack.until(lambda: text in view_text(demo), 15)


@pytest.mark.parametrize("address", [None, "", 7, {}])
async def test_a_file_without_an_address_is_requested_again(  # B16
    demo: Demo, monkeypatch: pytest.MonkeyPatch, address: object
) -> None:
    """Slack hides files beyond a workspace's limit: `hidden_by_limit`, without an address."""
    describe = FileStore.json

    def hidden(store: FileStore, file: File) -> dict[str, object]:
        whole = {**describe(store, file), "mode": "hidden_by_limit"}
        del whole["url_private_download"]
        return whole if address is None else {**whole, "url_private_download": address}

    monkeypatch.setattr(FileStore, "json", hidden)

    await submit_file(demo, IDA)

    text = _("The file cannot be read from Slack. Choose it again.")
    await demo.slack.until(lambda: text in view_text(demo), 15)


async def test_a_check_that_fails_unexpectedly_says_so(  # B16
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise KeyError("hunter2")

    monkeypatch.setattr(listeners, "parse_file", fail)

    await submit_file(demo, IDA)

    await demo.slack.until(lambda: "Noget gik galt, og intet" in view_text(demo), 15)
    assert "hunter2" not in view_text(demo)


async def test_an_import_that_fails_unexpectedly_says_what_to_do(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise KeyError("hunter2")

    await check_file(demo, IDA)
    monkeypatch.setattr(UserImport, "register", fail)

    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: "Importen er standset." in view_text(demo), 15)


async def test_rows_that_cannot_be_sent_as_a_file_are_not_waited_for_in_vain(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise KeyError("hunter2")

    await check_file(demo, IDA)
    monkeypatch.setattr(listeners, "report_file", fail)

    await demo.slack.click(ANNA, "import_as_file")

    await demo.slack.until(lambda: "Noget gik galt, og intet" in str(demo.slack.messages(ANNA)), 15)
    assert "hunter2" not in str(demo.slack.messages(ANNA))


async def test_a_file_that_slack_no_longer_provides_is_not_imported(demo: Demo) -> None:
    before = await number_of_users(demo)
    await check_file(demo, IDA)
    demo.slack.faults.add("files.info", "error:file_not_found", times=5)

    await demo.slack.submit(ANNA)

    text = _("The file cannot be read from Slack. Choose it again.")
    await demo.slack.until(lambda: text in view_text(demo))
    assert await number_of_users(demo) == before
    await demo.slack.until(lambda: text in str(demo.slack.messages(ANNA)))


async def test_a_long_import_shows_its_progress(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_modal, "SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(service, "BATCH", 5)
    rows = [f"Ida;Ny{'y' * n};da;ida{n}@sundhed.example;;;" for n in range(20)]
    await check_file(demo, *rows)
    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: "20 brugere er registreret" in view_text(demo), 10)
    updates = [call for call in demo.slack.calls if call.method == "views.update"]
    assert sum("progress" in str(call.body) for call in updates) >= 4


@pytest.mark.parametrize("fault", ["error:internal_error", "http_500"])
async def test_an_import_goes_on_while_slack_does_not_show_its_progress(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The progress is a courtesy; every row is registered, and a message tells the result."""
    monkeypatch.setattr(progress_modal, "SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(service, "BATCH", 5)
    before = await number_of_users(demo)
    await check_file(demo, *[f"Ida;Ny{'y' * n};da;ida{n}@sundhed.example;;;" for n in range(20)])
    demo.slack.faults.add("views.update", fault, times=50)

    await demo.slack.submit(ANNA)

    text = "20 brugere er registreret"
    await demo.slack.until(lambda: text in str(demo.slack.messages(ANNA)), 60)
    assert await number_of_users(demo) == before + 20


async def test_the_result_is_sent_as_a_message_too(demo: Demo) -> None:
    await check_file(demo, IDA)
    await demo.slack.submit(ANNA)
    await demo.slack.close(ANNA, clear=True)

    text = texts("da").ngettext(
        "{number} user has been registered.", "{number} users have been registered.", 1
    )
    await demo.slack.until(lambda: text in str(demo.slack.messages(ANNA)))


async def test_a_failed_upload_of_the_report_is_reported(demo: Demo) -> None:
    demo.slack.faults.add("files.getUploadURLExternal", "error:file_upload_size_restricted")
    await check_file(demo, WRONG)

    await demo.slack.click(ANNA, "import_as_file")

    text = _(
        "Slack did not accept the file. Try again. If the problem persists, contact your IT"
        " department."
    )
    await demo.slack.until(lambda: text in str(demo.slack.messages(ANNA)))


async def test_an_ordinary_user_cannot_import(demo: Demo) -> None:  # R38
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, "/imi-import")

    assert demo.slack.view(JONAS) is None


async def test_exporting_the_rows_of_a_deleted_file_is_refused(demo: Demo) -> None:
    await check_file(demo, IDA)
    demo.slack.faults.add("files.info", "error:file_deleted")

    await demo.slack.click(ANNA, "import_as_file")

    text = _("The file cannot be read from Slack. Choose it again.")
    await demo.slack.until(lambda: text in str(demo.slack.messages(ANNA)))


async def test_a_file_edited_after_the_check_is_not_imported(demo: Demo) -> None:
    before = await number_of_users(demo)
    await check_file(demo, IDA)
    metadata = json.loads(view(demo)["private_metadata"])
    other = demo.slack.choose_file(ANNA, "users.csv", f"{HEADER}\n{WRONG}".encode())
    files = demo.slack.workspace.files._files  # noqa: SLF001 - simulates a file that was changed in Slack
    files[metadata["file"]] = replace(files[other], id=metadata["file"])

    await demo.slack.submit(ANNA)

    text = _("The file cannot be read from Slack. Choose it again.")
    await demo.slack.until(lambda: text in view_text(demo))
    assert await number_of_users(demo) == before


@pytest.mark.parametrize("step", ["file", "report"])
async def test_a_former_administrator_cannot_import(demo: Demo, step: str) -> None:  # R38
    if step == "report":
        await check_file(demo, IDA)
    else:
        await demo.slack.command(ANNA, "/imi-import")
        file = demo.slack.choose_file(ANNA, "users.csv", b"x")
        await demo.slack.fill(ANNA, {"file": [file]})
    await take_all_roles(demo)

    await demo.slack.submit(ANNA)

    text = _("Only an administrator of your authority can do this. Ask one of your administrators.")
    assert text in view_text(demo)
