"""Tests of reading an authority's card, on SQLite and PostgreSQL."""

import pytest

from core.administration import managed_authorities
from core.administration.card import card_of, public_card_of
from core.errors import NotAccessManagerError, NotFoundError
from tests.core.administration.sample_country import SampleCountry
from tests.times import NOON


async def test_the_card_says_what_its_reader_may_do(sample: SampleCountry) -> None:  # R20, R24, R26
    mine = await sample.read(lambda tx: card_of(tx, sample.anna, sample.health.id))
    plain = await sample.read(lambda tx: card_of(tx, sample.bo, sample.health.id))
    managed = await sample.read(lambda tx: card_of(tx, sample.karin, sample.health.id))
    own = await sample.read(lambda tx: card_of(tx, sample.karin, sample.manager.id))

    cards = (mine, plain, managed, own)
    permissions = [(card.may_edit, card.may_manage, card.on_behalf) for card in cards]
    assert permissions == [
        (True, False, False),
        (False, False, False),
        (True, True, True),
        (True, True, False),
    ]
    assert mine.manager == sample.manager
    assert own.manager is None
    assert [user.id for user in mine.administrators] == [sample.anna.user_id]


async def test_an_authority_that_is_not_managed_is_not_found(sample: SampleCountry) -> None:  # D15
    with pytest.raises(NotFoundError):
        await sample.read(lambda tx: card_of(tx, sample.karin, sample.other.id))
    with pytest.raises(NotAccessManagerError):
        await sample.read(lambda tx: card_of(tx, sample.bo, sample.other.id))


async def test_every_user_sees_any_authority_except_a_removed_one(
    sample: SampleCountry,
) -> None:  # R2, D14
    seen = await sample.read(lambda tx: public_card_of(tx, sample.bo, sample.other.id))
    assert (seen.authority, seen.administrators, seen.may_edit) == (sample.other, (), False)

    name = sample.labour.official_name
    await sample.write(
        lambda tx: managed_authorities.remove(tx, sample.karin, sample.labour.id, name, NOON)
    )

    with pytest.raises(NotFoundError):
        await sample.read(lambda tx: public_card_of(tx, sample.bo, sample.labour.id))
