"""An authority's card, on both databases."""

import pytest

from core.administration import managed_authorities
from core.administration.card import card_of, public_card_of
from core.errors import NotAdministratorError, NotFoundError
from tests.core.administration.sample_country import Land
from tests.times import NOON


async def test_the_card_says_what_its_reader_may_do(land: Land) -> None:  # R20, R24, R26
    mine = await land.look(lambda tx: card_of(tx, land.anna, land.health.id))
    plain = await land.look(lambda tx: card_of(tx, land.bo, land.health.id))
    managed = await land.look(lambda tx: card_of(tx, land.karin, land.health.id))
    own = await land.look(lambda tx: card_of(tx, land.karin, land.manager.id))

    may = [(one.may_edit, one.may_manage, one.on_behalf) for one in (mine, plain, managed, own)]
    assert may == [
        (True, False, False),
        (False, False, False),
        (True, True, True),
        (True, True, False),
    ]
    assert mine.manager == land.manager
    assert own.manager is None
    assert [one.id for one in mine.administrators] == [land.anna.user_id]


async def test_anothers_authority_is_not_found(land: Land) -> None:  # D15
    with pytest.raises(NotFoundError):
        await land.look(lambda tx: card_of(tx, land.karin, land.other.id))
    with pytest.raises(NotAdministratorError):
        await land.look(lambda tx: card_of(tx, land.bo, land.other.id))


async def test_everybody_sees_any_authority_but_a_removed_one(land: Land) -> None:  # R2, D14
    seen = await land.look(lambda tx: public_card_of(tx, land.bo, land.other.id))
    assert (seen.authority, seen.administrators, seen.may_edit) == (land.other, (), False)

    name = land.labour.official_name
    await land.act(
        lambda tx: managed_authorities.remove(tx, land.karin, land.labour.id, name, NOON)
    )

    with pytest.raises(NotFoundError):
        await land.look(lambda tx: public_card_of(tx, land.bo, land.labour.id))
