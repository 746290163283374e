"""Tests of linking Slack members to users, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.accounts import slack_members
from core.contacts import email_of
from core.errors import FormError, LinkedToAnotherError, NotAUserError
from core.members.rules import MemberKey
from core.schema.users import users as users_table
from core.store.store import Store
from core.users.rows import users
from tests.core.accounts.registering import Register
from tests.factories import TEAM, a_member, a_new_user, executing, principal_for_member
from tests.times import NOON


async def test_a_confirmed_address_links_the_member_once(
    store: Store, registering: Register
) -> None:  # D21
    made = await store.write(registering(a_new_user(email=email_of("ida@health.example"))))
    ida = await store.write(
        lambda tx: a_member(tx, "U8", email="Ida@health.example", email_confirmed=True)
    )
    twin = await store.write(
        lambda tx: a_member(tx, "U9", email="ida@health.example", email_confirmed=True)
    )

    linked = await store.write(lambda tx: slack_members.link_by_email(tx, ida, NOON))

    assert linked.user_id == made.id
    assert (await store.read(lambda tx: principal_for_member(tx, ida.key))) == linked
    with pytest.raises(LinkedToAnotherError):
        await store.write(lambda tx: slack_members.link_by_email(tx, twin, NOON))


async def test_a_cleared_link_is_not_restored_automatically(  # D21
    store: Store, registering: Register
) -> None:
    new_user = a_new_user(email=email_of("ida@health.example"), member=MemberKey(TEAM, "U8"))
    made = await store.write(registering(new_user))
    profile = {"email": "ida@health.example", "email_confirmed": True}
    ida = await store.write(lambda tx: a_member(tx, "U8", **profile))
    cleared = update(users_table).where(users_table.c.id == made.id)
    await store.write(executing(cleared.values(team_id=None, member_id=None)))

    with pytest.raises(LinkedToAnotherError):
        await store.write(lambda tx: slack_members.link_by_email(tx, ida, NOON))
    linked = await store.write(registering(a_new_user(member=MemberKey(TEAM, "U8"))))

    assert linked.member == MemberKey(TEAM, "U8")


@pytest.mark.parametrize(
    "changes", [{"email": None}, {"email_confirmed": False}, {"email": "ida@localhost"}]
)
async def test_an_unconfirmed_address_links_no_member(  # D21
    store: Store, registering: Register, changes: dict[str, object]
) -> None:
    await store.write(registering(a_new_user(email=email_of("ida@health.example"))))
    profile = {"email": "ida@health.example", "email_confirmed": True, **changes}
    member = await store.write(lambda tx: a_member(tx, "U8", **profile))

    with pytest.raises(NotAUserError):
        await store.write(lambda tx: slack_members.link_by_email(tx, member, NOON))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("strasse@health.example", "straße@health.example"),
        ("fin@health.example", "ﬁn@health.example"),
        ("øst@health.example", "Øst@health.example"),
    ],
)
async def test_an_address_that_is_equal_only_for_uniqueness_links_no_member(  # D9, D21
    store: Store, registering: Register, ours: str, theirs: str
) -> None:
    await store.write(registering(a_new_user(email=email_of(ours))))
    profile = {"email": theirs, "email_confirmed": True}
    member = await store.write(lambda tx: a_member(tx, "U8", **profile))

    with pytest.raises(NotAUserError):
        await store.write(lambda tx: slack_members.link_by_email(tx, member, NOON))

    other = a_new_user(member=member.key)
    with pytest.raises(FormError):
        await store.write(registering(other))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("straße@health.example", "STRAßE@Health.example"),
        ("zoe\u0308@health.example", "zo\u00eb@health.example"),
        ("ida@bücher.example", "Ida@xn--bcher-kva.example"),
    ],
)
async def test_another_spelling_of_the_same_address_links_the_member(  # D21
    store: Store, registering: Register, ours: str, theirs: str
) -> None:
    made = await store.write(registering(a_new_user(email=email_of(ours))))
    profile = {"email": theirs, "email_confirmed": True}
    member = await store.write(lambda tx: a_member(tx, "U8", **profile))

    linked = await store.write(lambda tx: slack_members.link_by_email(tx, member, NOON))

    assert linked.user_id == made.id


async def test_an_unlinked_member_is_no_user(store: Store) -> None:
    with pytest.raises(NotAUserError):
        await store.read(lambda tx: principal_for_member(tx, MemberKey(TEAM, "U404")))


async def test_a_member_of_another_user_is_not_linked_by_address(  # D21
    store: Store, registering: Register
) -> None:
    ida = await store.write(registering(a_new_user(email=email_of("ida@health.example"))))
    bo = await store.write(registering(a_new_user(member=MemberKey(TEAM, "U8"))))
    profile = {"email": "ida@health.example", "email_confirmed": True}
    member = await store.write(lambda tx: a_member(tx, "U8", **profile))

    with pytest.raises(NotAUserError):
        await store.write(lambda tx: slack_members.link_by_email(tx, member, NOON))

    found = [await store.read(lambda tx, n=one.id: users.require(tx, n)) for one in (ida, bo)]  # type: ignore[misc]
    assert [user.member for user in found] == [None, member.key]


async def test_a_found_member_whose_address_is_nobodys_is_not_linked(store: Store) -> None:  # D21
    found = await store.write(
        lambda tx: a_member(tx, "U8", email="nobody@health.example", email_confirmed=True)
    )

    linked = await store.write(lambda tx: slack_members.link_found_member(tx, found, TEAM, NOON))

    assert not linked


async def test_a_member_unlinked_meanwhile_reschedules_no_reminders(
    store: Store, registering: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    ida = await store.write(lambda tx: a_member(tx, "U8"))
    await store.write(registering(a_new_user(member=ida.key)))
    # The other transaction's change is seen once the lock is held.
    monkeypatch.setattr(users, "lock", lambda *_: None)

    elsewhere = replace(ida, tz="Europe/Helsinki", seen_at=ida.seen_at + timedelta(days=1))

    assert await store.write(lambda tx: slack_members.save_member(tx, elsewhere))


async def test_what_slack_said_before_a_later_event_has_the_state_of_the_event(
    store: Store,
) -> None:  # D21
    event = await store.write(lambda tx: a_member(tx, "U8", deleted=True, changed_at=NOON))
    before = replace(event, deleted=False, changed_at=NOON - timedelta(seconds=1), real_name="Ida")

    fetched = await store.write(lambda tx: slack_members.save_fetched(tx, before))

    assert fetched == replace(before, deleted=True)
