"""Tests of what the database holds about the workspace's members who are no users of IMI (D14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from bot.jobs.member_sync import MemberSync
from bot.slack.connection import slack_client
from core.accounts import removal
from core.members import service as members
from core.schema.tables import TABLES
from core.secret import Secret
from core.users.rows import users
from tests.factories import principal_for_member
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    LUKASZ,
    blocks_of,
    find_user,
    open_form,
    register,
    view_text,
    wait_until_sent,
)

if TYPE_CHECKING:
    from bot.demo.demo import Demo

NIKOS = "U0NIKOS"


async def everything_stored(demo: Demo) -> str:
    """Return all rows of all tables as one text."""

    def dump(tx: Connection) -> list[Any]:
        return [tx.execute(select(table)).all() for table in TABLES]

    return repr(await demo.product.store.read(dump))


def personal_texts(demo: Demo, member: str) -> set[str]:
    """Return the names and the address that Slack has of the member."""
    found = demo.slack.workspace.members[member]
    return {found.real_name, found.email, found.display_name, found.phone} - {""}


async def sync(demo: Demo) -> None:
    async with slack_client(Secret(demo.slack.app.bot_token), demo.slack.api_url) as client:
        await MemberSync(demo.product.store, client, "T0IMI", demo.slack.clock.now).run()
    now = demo.slack.clock.now()
    await demo.product.store.write(lambda tx: members.forget_non_users(tx, now, 100))


async def test_the_nightly_comparison_stores_nobody_who_is_no_user(demo: Demo) -> None:  # D14
    await sync(demo)

    stored = await everything_stored(demo)
    for member in (NIKOS, JONAS, LUKASZ):
        assert [text for text in personal_texts(demo, member) if text in stored] == []
        assert member not in stored


async def test_events_store_nobody_who_is_no_user(demo: Demo) -> None:  # D14
    await demo.slack.update_member(NIKOS, tz="Europe/Lisbon")

    assert NIKOS not in await everything_stored(demo)


async def test_whoever_was_refused_or_only_picked_is_forgotten_the_next_night(  # D14
    demo: Demo,
) -> None:
    await demo.slack.command(NIKOS, "/imi-users")
    await open_form(demo)
    await demo.slack.fill(ANNA, {"member": LUKASZ})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo))
    name = demo.slack.workspace.members[LUKASZ].family_name
    assert name in view_text(demo)
    before = await everything_stored(demo)

    await sync(demo)

    # Until then the address alone is kept, with which they could be admitted (D21).
    assert name not in before
    after = await everything_stored(demo)
    for member in (NIKOS, LUKASZ):
        assert [text for text in personal_texts(demo, member) if text in after] == []
        assert member not in after


async def test_a_picked_member_fills_the_form_in_after_they_were_refused(demo: Demo) -> None:  # R41
    """Their name was not kept when they were refused, so Slack is asked for it."""
    await demo.slack.command(LUKASZ, "/imi-users")
    await open_form(demo)

    await demo.slack.fill(ANNA, {"member": LUKASZ})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo))

    shown = demo.slack.workspace.members[LUKASZ]
    assert blocks_of(demo)["last_name:1"]["element"]["initial_value"] == shown.family_name
    assert blocks_of(demo)["email:1"]["element"]["initial_value"] == shown.email


async def test_a_removed_user_is_no_longer_among_the_members(demo: Demo) -> None:  # D14
    await register(demo, member=JONAS)
    await wait_until_sent(demo)
    user = await find_user(demo, "joestergaard")
    assert user is not None
    assert user.member is not None
    now, rulebook = demo.slack.clock.now(), demo.product.rulebook

    def remove(tx: Connection) -> None:
        anna = users.find_by_username(tx, "aholm")
        assert anna is not None
        assert anna.member is not None
        removal.remove(tx, principal_for_member(tx, anna.member), user.id, rulebook, now)

    await demo.product.store.write(remove)
    await wait_until_sent(demo)
    await sync(demo)

    def stored_members(tx: Connection) -> str:
        table = next(table for table in TABLES if table.name == "members")
        return repr(tx.execute(select(table)).all())

    assert JONAS not in await demo.product.store.read(stored_members)


async def test_a_registered_members_time_zone_is_known_soon(demo: Demo) -> None:  # D6
    await register(demo, member=JONAS)
    await wait_until_sent(demo)

    def zone(tx: Connection) -> str | None:
        table = next(table for table in TABLES if table.name == "members")
        found: str | None = tx.scalar(select(table.c.tz).where(table.c.member_id == JONAS))
        return found

    assert await demo.product.store.read(zone) == demo.slack.workspace.members[JONAS].tz
