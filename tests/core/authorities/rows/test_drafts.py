"""Tests of the stored drafts of edits."""

import pytest
from sqlalchemy import Connection

from core.authorities.rows import drafts
from core.errors import FormExpiredError
from tests.core.administration.sample_country import SampleCountry
from tests.times import NOON


async def test_nobody_reads_the_draft_of_another_user(sample: SampleCountry) -> None:
    """R17: the number of a draft, which is in the modal, is no permission."""
    anna, signe, health = sample.anna.user_id, sample.signe.user_id, sample.health.id

    def add_and_write(tx: Connection) -> int:
        number = drafts.add(tx, anna, health, {}, NOON)
        drafts.write(tx, number, {"text": "ÆØÅ"}, NOON)
        return number

    number = await sample.write(add_and_write)

    stored = await sample.read(lambda tx: drafts.require(tx, number, anna))
    assert stored == drafts.StoredDraft(health, {"text": "ÆØÅ"})
    with pytest.raises(FormExpiredError):
        await sample.read(lambda tx: drafts.require(tx, number, signe))
