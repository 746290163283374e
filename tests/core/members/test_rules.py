"""Tests of the rule that decides which Slack members are eligible to be IMI users (D21)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import MemberFault, MemberRefusedError
from core.members.rules import (
    Member,
    MemberKey,
    is_stale,
    names_of,
    require_eligible,
    with_state_of,
)
from tests.times import NOON

ADA = Member(
    key=MemberKey("T0IMI", "U1"),
    real_name="Ada Marie Holm",
    email=None,
    locale=None,
    tz=None,
    deleted=False,
    bot=False,
    guest=False,
    stranger=False,
    seen_at=NOON,
)


def test_a_full_member_of_the_workspace_is_eligible() -> None:
    require_eligible(ADA, "T0IMI")


@pytest.mark.parametrize(
    ("member", "fault"),
    [
        (replace(ADA, bot=True), MemberFault.BOT),
        (replace(ADA, deleted=True), MemberFault.DEACTIVATED),
        (replace(ADA, guest=True), MemberFault.GUEST),
        (replace(ADA, stranger=True), MemberFault.STRANGER),
        (replace(ADA, key=MemberKey("T0OTHER", "U1")), MemberFault.STRANGER),
    ],
)
def test_other_members_are_not_eligible(member: Member, fault: MemberFault) -> None:  # D21
    with pytest.raises(MemberRefusedError) as caught:
        require_eligible(member, "T0IMI", "member")

    assert (caught.value.fault, caught.value.field) == (fault, "member")


def test_a_member_seen_more_than_a_day_ago_is_stale() -> None:
    assert not is_stale(ADA, NOON + timedelta(hours=24))
    assert is_stale(ADA, NOON + timedelta(hours=25))
    # A clock that was ahead saw the member (B03).
    assert is_stale(ADA, NOON - timedelta(days=400))


@pytest.mark.parametrize(
    ("member", "names"),
    [
        (replace(ADA, first_name="Ada", last_name="Holm"), ("Ada", "Holm")),
        (ADA, ("Ada Marie", "Holm")),
        (replace(ADA, real_name="Ada"), ("Ada", "")),
    ],
)
def test_names_come_from_the_profile_or_from_the_full_name(
    member: Member, names: tuple[str, str]
) -> None:
    assert names_of(member) == names


def test_what_slack_said_last_decides_who_can_be_a_user() -> None:  # D21
    newer = replace(ADA, real_name="", deleted=True, bot=True, guest=True, stranger=True)

    state = with_state_of(ADA, newer)

    assert state == replace(newer, real_name=ADA.real_name)
    assert with_state_of(newer, ADA) == replace(ADA, real_name="")
