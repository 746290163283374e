"""Tests of the translations of the catalogue's names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.languages import module_role_names
from core.languages.module_role_names import MODULE, TranslatedNames

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
    with monkeypatch.context() as patch:
        patch.setattr(
            module_role_names, "po_path", lambda language, **_domain: tmp_path / f"{language}.po"
        )
        module_role_names._translations_in.cache_clear()  # noqa: SLF001
        yield
    module_role_names._translations_in.cache_clear()  # noqa: SLF001


def names_of(english: str, **written: str) -> dict[str, str]:
    return dict(TranslatedNames(MODULE, {"en": english, **written}))


@pytest.mark.usefixtures("_danish_alone")
def test_only_finished_translations_are_used() -> None:
    assert names_of("Services") == {"en": "Services", "da": "Tjenesteydelser"}
    assert names_of("Patients' rights") == {"en": "Patients' rights"}
    assert names_of("E-commerce") == {"en": "E-commerce"}
    assert names_of("Unknown") == {"en": "Unknown"}


@pytest.mark.usefixtures("_danish_alone")
def test_a_name_in_the_catalogue_takes_precedence_over_its_translation() -> None:
    assert names_of("Services", da="Serviceydelser")["da"] == "Serviceydelser"
    assert len(TranslatedNames(MODULE, {"en": "Services"})) == 2


@pytest.mark.usefixtures("_danish_alone")
def test_only_the_language_that_is_asked_for_is_read(tmp_path: Path) -> None:
    (tmp_path / "fr.po").mkdir()
    names = TranslatedNames(MODULE, {"en": "Services"})

    assert names.get("da") == "Tjenesteydelser"
    with pytest.raises(IsADirectoryError):
        names.get("fr")
