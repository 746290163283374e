"""Fixture with the sample country, which the tests of authorities share."""

import pytest

from core.rulebook import Rulebook
from core.store.store import Store
from tests.core.administration.sample_country import SampleCountry, create_sample_country


@pytest.fixture
async def sample(store: Store, rulebook: Rulebook) -> SampleCountry:
    """Return an access manager, two authorities that it manages, and another authority."""
    return await create_sample_country(store, rulebook)
