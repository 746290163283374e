"""Texts by language, and their catalogues."""

import string
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from core.languages import extract
from core.languages.tags import LANGUAGES
from core.languages.texts import catalogue_of, texts

MOMENT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def catalogue(language: str) -> Catalog:
    with catalogue_of(language).open("rb") as file:
        return read_po(file, locale=language)


def test_a_text_is_said_in_the_language() -> None:  # D20
    assert texts("da").gettext("Add a user") == "Tilføj bruger"
    assert texts("en").gettext("Add a user") == "Add a user"


def test_an_untranslated_text_is_said_in_english() -> None:
    assert texts("mt").gettext("Hello {name}", name="Ada") == "Hello Ada"


def test_a_number_chooses_its_form() -> None:
    said = texts("en").ngettext("{number} user", "{number} users", 2)

    assert said == "2 users"


def test_dates_are_of_the_language_and_the_zone() -> None:
    assert texts("da").date(MOMENT, "America/New_York") == "28. marts 2026"
    assert texts("de").moment(MOMENT, "Europe/Copenhagen") == "29 März 2026 01:30"
    assert texts("en").moment(MOMENT) == "29 Mar 2026 00:30 UTC"


@pytest.mark.parametrize(
    ("language", "name"),
    [("da", "Dansk"), ("el", "Ελληνικά"), ("fr", "Français"), ("bg", "Български")],
)
def test_a_language_has_its_own_name(language: str, name: str) -> None:
    assert texts("en").language_name(language) == name


def test_the_catalogues_are_in_line_with_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert extract.main(["--check"]) == 0, capsys.readouterr().out


def test_every_language_has_a_catalogue() -> None:  # D20
    assert all(catalogue_of(language).exists() for language in LANGUAGES if language != "en")


def test_the_danish_catalogue_is_complete() -> None:
    for message in catalogue("da"):
        assert not message.id or message.string, message.id


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_translation_fills_the_same_places(language: str) -> None:
    def places(text: object) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(str(text)) if name is not None}

    for message in catalogue(language):
        if message.string:
            assert places(message.string) == places(message.id)


def test_extraction_keeps_translations_and_drops_what_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for room in extract.ROOMS:
        (tmp_path / room).mkdir()
    code, folder = tmp_path / "core" / "a.py", tmp_path / "locale"
    code.write_text('_("Kept"); _("Dropped")\n')
    assert extract.main([], tmp_path, folder) == 0
    danish = catalogue_of("da", folder)
    danish.write_text(danish.read_text().replace('"Kept"\nmsgstr ""', '"Kept"\nmsgstr "Beholdt"'))

    code.write_text('_("Kept"); _("New")\n')

    assert extract.main(["--check"], tmp_path, folder) == 1
    assert "stale: imi.pot" in capsys.readouterr().out
    extract.main([], tmp_path, folder)
    assert extract.main(["--check"], tmp_path, folder) == 0
    after = danish.read_text()
    assert "Beholdt" in after
    assert "New" in after
    assert "Dropped" not in after
