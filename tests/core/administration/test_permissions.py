"""Tests of the permission checks for changes to an authority, on SQLite and PostgreSQL."""

from typing import Any

import pytest

from core.administration.permissions import require_access_manager, require_managing_editor
from core.authorities.rules import Authority
from core.errors import NotAccessManagerError, NotFoundError
from core.users.principals import Principal
from tests.core.administration.sample_country import SampleCountry


async def test_only_an_access_manager_manages_access(  # R24-R26, D15
    sample: SampleCountry,
) -> None:
    def managing_editor(by: Principal, authority: Authority) -> Any:  # noqa: ANN401
        return sample.write(lambda tx: require_managing_editor(tx, by, authority.id))

    assert (await managing_editor(sample.karin, sample.health)).on_behalf
    assert not (await managing_editor(sample.karin, sample.manager)).on_behalf
    with pytest.raises(NotAccessManagerError):
        await managing_editor(sample.anna, sample.health)
    with pytest.raises(NotFoundError):
        await managing_editor(sample.karin, sample.other)
    with pytest.raises(NotAccessManagerError):
        await sample.write(lambda tx: require_access_manager(tx, sample.anna))
    by, own = await sample.write(lambda tx: require_access_manager(tx, sample.karin))
    assert (by.id, own) == (sample.karin.user_id, sample.manager)
