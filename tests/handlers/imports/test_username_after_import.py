"""Imported colleagues who are in Slack get their username by DM; the others are listed (B15)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.delivery import worker
from core.languages.texts import texts
from core.schema.members import members
from core.schema.users import users as users_table
from core.users.rows import users
from handlers.authorities.views import CONFIRM_DATA
from tests.factories import executing
from tests.handlers.demo_actions import ANNA, JONAS, find_user, home_text, register, wait_until_sent
from tests.handlers.imports.import_actions import IDA, check_file

if TYPE_CHECKING:
    from bot.demo.demo import Demo
    from core.users.rules import User

_ = texts("da").gettext
IN_SLACK = "Jonas;Østergård;da;jonas.oestergaard@sundhed.example;;qxzvwk;PQ:BASIC"
USERNAME = "qxzvwk"


async def import_users(demo: Demo, *rows: str) -> None:
    await check_file(demo, *rows)
    await demo.slack.submit(ANNA)
    await demo.slack.until(lambda: "registreret." in json.dumps(demo.slack.view(ANNA)))
    await demo.slack.close(ANNA)
    await wait_until_sent(demo)


async def import_before_they_are_in_slack(demo: Demo) -> User:
    """Import Jonas while his profile in Slack has another address; then correct the profile."""
    await demo.slack.update_member(JONAS, email="jonas@other.example")
    await import_users(demo, IN_SLACK)
    await demo.slack.update_member(JONAS, email="jonas.oestergaard@sundhed.example")
    found = await find_user(demo, USERNAME)
    assert found is not None
    assert found.member is None
    return found


def username_messages(demo: Demo, member: str = JONAS) -> list[str]:
    blocks = (json.dumps(message.blocks) for message in demo.slack.messages(member))
    return [text for text in blocks if f"`{USERNAME}`" in text]


async def test_an_imported_colleague_in_slack_gets_the_username_by_dm(demo: Demo) -> None:
    """B15, R54, C4: found by the confirmed address, without any act of theirs."""
    await import_users(demo, IN_SLACK)

    found = await find_user(demo, USERNAME)

    assert found is not None
    assert found.member is not None
    assert found.member.member_id == JONAS
    assert len(username_messages(demo)) == 1
    assert found.username_handed_over_at is not None
    assert not any(USERNAME in mail.plain + mail.subject for mail in demo.slack.mails)


async def test_whoever_is_linked_at_the_first_contact_gets_the_username_by_dm(
    demo: Demo,
) -> None:
    """B15: they were not in Slack yet when they were imported."""
    await import_before_they_are_in_slack(demo)

    await demo.slack.command(JONAS, "/imi-me")
    await demo.slack.command(JONAS, "/imi-me")
    await wait_until_sent(demo)

    assert len(username_messages(demo)) == 1
    linked = await find_user(demo, USERNAME)
    assert linked is not None
    assert linked.username_handed_over_at is not None


@pytest.fixture
def seldom_polled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the delivery worker check only when it is woken."""
    monkeypatch.setattr(worker, "POLL_SECONDS", 60)


@pytest.mark.usefixtures("seldom_polled")
async def test_a_newcomer_who_opens_home_gets_the_username_at_once(demo: Demo) -> None:
    """B15: the link queues the DM and wakes the delivery worker."""
    await import_before_they_are_in_slack(demo)

    await demo.slack.open_home(JONAS)

    await demo.slack.until(lambda: username_messages(demo))


@pytest.mark.usefixtures("seldom_polled")
async def test_whoever_is_linked_in_the_transaction_of_an_act_gets_the_username_at_once(
    demo: Demo,
) -> None:
    await demo.slack.command(ANNA, "/imi-authority")
    unlinked = {"team_id": None, "member_id": None, "ever_linked": False}
    anna = users_table.update().where(users_table.c.member_id == ANNA)
    await demo.product.store.write(
        executing(anna.values(**unlinked, username=USERNAME, username_handed_over_at=None))
    )
    await demo.product.store.write(executing(members.delete()))
    await wait_until_sent(demo)

    await demo.slack.click(ANNA, CONFIRM_DATA)

    await demo.slack.until(lambda: username_messages(demo, ANNA))


async def test_a_username_told_in_person_is_not_sent_at_the_link(demo: Demo) -> None:
    """R54: never twice."""
    found = await import_before_they_are_in_slack(demo)
    now = demo.slack.clock.now()
    await demo.product.store.write(lambda tx: users.mark_username_known(tx, found.id, now))

    await demo.slack.command(JONAS, "/imi-me")
    await wait_until_sent(demo)

    assert username_messages(demo) == []


async def test_the_administrator_sees_who_has_not_been_told(demo: Demo) -> None:
    """B15, R54: until somebody has told them, on Home and in the list."""
    await import_users(demo, IDA, IN_SLACK)
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: "Ida Møller" in home_text(demo))
    untold = _("{name} does not know the username yet.", name="*Ida Møller*")
    assert untold in home_text(demo)
    assert _("{name} does not know the username yet.", name="*Jonas Østergård*") not in home_text(
        demo
    )

    await demo.slack.click(ANNA, "username_told", "home")

    await demo.slack.until(lambda: untold not in home_text(demo))


async def test_the_list_of_users_can_be_filtered_by_who_has_not_been_told(demo: Demo) -> None:
    await import_users(demo, IDA, IN_SLACK)

    await demo.slack.command(ANNA, "/imi-users")
    await demo.slack.fill(ANNA, {"users_filter": "untold"})
    await demo.slack.until(
        lambda: "Anna Holm" not in json.dumps(demo.slack.view(ANNA), ensure_ascii=False)
    )

    listed = json.dumps(demo.slack.view(ANNA), ensure_ascii=False)
    assert "Ida Møller" in listed
    assert "Jonas Østergård" not in listed


async def test_a_registered_user_who_was_not_picked_in_slack_is_listed_too(demo: Demo) -> None:
    await register(demo)
    await demo.slack.close(ANNA)

    await demo.slack.open_home(ANNA)

    assert _("{name} does not know the username yet.", name="*Ida Møller*") in home_text(demo)
