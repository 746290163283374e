"""Tests of naming an administrator where none can act, on SQLite and PostgreSQL."""

import pytest

from core.administration import administrator_naming
from core.administration.administrator_naming import MEMBER, NamingRequest
from core.authorities.rows import authorities
from core.errors import (
    AdministratorPresentError,
    MemberNeededError,
    NotAccessManagerError,
    NotFoundError,
    RuleError,
)
from core.members.rules import MemberKey
from tests.core.administration.sample_country import SampleCountry
from tests.factories import TEAM, a_user
from tests.times import NOON


async def name_administrator(sample: SampleCountry, request: NamingRequest) -> None:
    await sample.write(
        lambda tx: administrator_naming.name_administrator(tx, request, sample.karin, NOON)
    )


async def test_nobody_names_an_administrator_of_their_own_authority(  # D12, D21
    sample: SampleCountry,
) -> None:
    with pytest.raises(NotFoundError):
        await name_administrator(
            sample, NamingRequest(sample.manager.id, sample.karin.user_id, None)
        )


@pytest.mark.parametrize("picked", [None, MemberKey(TEAM, "U0UNKNOWN")])
async def test_who_is_named_needs_a_slack_member_that_is_known(  # D12, D21
    sample: SampleCountry, picked: MemberKey | None
) -> None:
    user = await sample.write(
        lambda tx: a_user(tx, sample.labour, sample.rulebook, roles=frozenset())
    )

    with pytest.raises(MemberNeededError) as refusal:
        await name_administrator(sample, NamingRequest(sample.labour.id, user.id, picked))

    assert refusal.value.field == MEMBER


@pytest.mark.parametrize(
    ("by", "whose", "refusal"),
    [
        ("karin", "manager", NotFoundError),
        ("karin", "other", NotFoundError),
        ("anna", "labour", NotAccessManagerError),
        ("karin", "health", AdministratorPresentError),
    ],
)
async def test_the_form_opens_only_for_a_managed_authority_without_administrator(  # D12, D15
    sample: SampleCountry, by: str, whose: str, refusal: type[RuleError]
) -> None:
    with pytest.raises(refusal):
        await sample.read(
            lambda tx: administrator_naming.require_without_administrator(
                tx, getattr(sample, by), getattr(sample, whose).id
            )
        )


async def test_the_form_does_not_open_for_a_removed_authority(sample: SampleCountry) -> None:  # D14
    await sample.write(
        lambda tx: authorities.remove(tx, sample.labour.id, sample.karin.user_id, NOON)
    )

    with pytest.raises(NotFoundError):
        await sample.read(
            lambda tx: administrator_naming.require_without_administrator(
                tx, sample.karin, sample.labour.id
            )
        )
