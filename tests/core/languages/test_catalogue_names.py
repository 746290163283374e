"""Tests of the translations of the names in the catalogue."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.languages import catalogue_names
from core.languages.catalogue_names import MODULE, translations_of

DANISH = """
msgid ""
msgstr ""
"Language: da\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgctxt "module"
msgid "Services"
msgstr "Tjenesteydelser"

#, fuzzy
msgctxt "module"
msgid "Patients' rights"
msgstr "Patienter"

msgctxt "module"
msgid "E-commerce"
msgstr ""
"""


@pytest.fixture
def _danish_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "da.po").write_text(DANISH, "utf-8")
    monkeypatch.setattr(
        catalogue_names, "catalogue_of", lambda language, **_domain: tmp_path / f"{language}.po"
    )
    catalogue_names._translations.cache_clear()  # noqa: SLF001
    yield
    catalogue_names._translations.cache_clear()  # noqa: SLF001


@pytest.mark.usefixtures("_danish_alone")
def test_only_finished_translations_are_used() -> None:
    assert translations_of(MODULE, "Services") == {"da": "Tjenesteydelser"}
    assert translations_of(MODULE, "Patients' rights") == {}
    assert translations_of(MODULE, "E-commerce") == {}
    assert translations_of(MODULE, "Unknown") == {}
