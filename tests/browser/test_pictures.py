"""Test that the documentation's pictures can be taken anew of the product as it is now."""

from pathlib import Path

import pytest

from docs.picture_casts import CASTS, Cast
from docs.pictures import IMAGES, take_pictures
from tests.browser.chromium import chromium_path
from tests.databases import COMPLETE


def names_in(folder: Path) -> list[str]:
    """Return the names of the files in the folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.browser
@pytest.mark.parametrize("cast", CASTS, ids=[cast.language for cast in CASTS])
async def test_every_picture_of_the_documentation_can_be_taken(cast: Cast, tmp_path: Path) -> None:
    if chromium_path() is None:
        assert not COMPLETE, "Chromium is missing."
        pytest.skip("needs Chromium")

    await take_pictures(cast, tmp_path)

    assert names_in(tmp_path) == names_in(IMAGES / cast.language)
