"""The land that the tests of authorities share."""

import pytest

from core.rulebook import Rulebook
from core.store.store import Store
from tests.core.administration.sample_country import Land, a_land


@pytest.fixture
async def land(store: Store, rulebook: Rulebook) -> Land:
    """An access manager, two authorities it looks after, and another one."""
    return await a_land(store, rulebook)
