"""Tests of telling an access manager that nobody can act, on SQLite and PostgreSQL."""

import pytest
from sqlalchemy import Connection

from core.deliveries.authorities_without_administrator import queue_if_needed
from core.deliveries.rules import DeliveryKind
from tests.core.administration.sample_country import SampleCountry
from tests.factories import an_administrator, an_authority
from tests.times import NOON


@pytest.mark.parametrize("case", ["no administrator", "no access manager"])
async def test_nobody_is_told_where_nobody_is_concerned_or_could_help(  # D12
    sample: SampleCountry, case: str
) -> None:
    def lose(tx: Connection) -> bool:
        authority_id = sample.labour.id
        if case == "no access manager":
            alone = an_authority(tx)
            an_administrator(tx, alone, sample.rulebook, member=None)
            authority_id = alone.id
        return queue_if_needed(tx, authority_id, "1", NOON)

    assert not await sample.write(lose)

    assert await sample.deliveries_of(DeliveryKind.NO_ADMINISTRATOR) == []
