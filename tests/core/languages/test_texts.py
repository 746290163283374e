"""Tests of translated texts, dates and names, and of the PO files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from core.languages.tags import LANGUAGES
from core.languages.texts import Texts, po_path, texts

MOMENT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def texts_from(folder: Path, language: str, messages: str) -> Texts:
    """Write the messages of one language and return its texts."""
    plurals = Catalog(locale=language).plural_forms
    path = po_path(language, folder)
    path.parent.mkdir(parents=True)
    path.write_text(
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {plurals}\\n"\n\n{messages}',
        "utf-8",
    )
    return texts(language, folder)


def translated(folder: Path, language: str) -> Texts:
    """Return the texts of a language with one message, which is translated."""
    forms = 'msgid "Save"\nmsgstr "x"\n'
    return texts(language) if language == "en" else texts_from(folder, language, forms)


def test_a_message_is_translated() -> None:  # D20
    assert texts("da").gettext("Add a user") == "Tilføj bruger"
    assert texts("en").gettext("Add a user") == "Add a user"


def test_a_language_without_a_po_file_is_in_english(tmp_path: Path) -> None:  # D25
    maltese = texts("mt", tmp_path)

    assert maltese.gettext("Hello {name}", name="Ada") == "Hello Ada"
    assert maltese.moment(MOMENT) == "29 Mar 2026, 00:30 UTC"


def test_a_number_chooses_the_plural_form() -> None:
    shown = texts("en").ngettext("{number} user", "{number} users", 2)

    assert shown == "2 users"


def test_each_language_has_its_own_plural_forms(tmp_path: Path) -> None:
    polish = texts_from(
        tmp_path,
        "pl",
        """msgid "{number} user"
msgid_plural "{number} users"
msgstr[0] "{number} użytkownik"
msgstr[1] "{number} użytkownicy"
msgstr[2] "{number} użytkowników"
""",
    )

    shown = [polish.ngettext("{number} user", "{number} users", number) for number in (1, 2, 5)]

    assert shown == ["1 użytkownik", "2 użytkownicy", "5 użytkowników"]


def test_the_context_distinguishes_equal_messages(tmp_path: Path) -> None:
    danish = texts_from(
        tmp_path,
        "da",
        """msgctxt "password"
msgid "New"
msgstr "Nyt"

msgid "New"
msgstr "Ny"
""",
    )

    assert danish.pgettext("password", "New") == "Nyt"
    assert danish.gettext("New") == "Ny"
    assert texts("en").pgettext("password", "Hello {name}", name="Ada") == "Hello Ada"


def test_a_fuzzy_translation_is_not_used(tmp_path: Path) -> None:
    danish = texts_from(tmp_path, "da", '#, fuzzy\nmsgid "Save"\nmsgstr "Måske"\n')

    assert danish.gettext("Save") == "Save"


def test_dates_follow_the_language_and_the_time_zone() -> None:
    assert texts("da").date(MOMENT, "America/New_York") == "28. marts 2026"
    assert texts("da").moment(MOMENT, "Europe/Copenhagen") == "29. mar. 2026 01.30"
    assert texts("en").moment(MOMENT) == "29 Mar 2026, 00:30 UTC"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("bg", "29.03.2026 г., 14:05"),
        ("cs", "29. 3. 2026 14:05"),
        ("da", "29. mar. 2026 14.05"),
        ("de", "29.03.2026, 14:05"),
        ("el", "29 Μαρ 2026, 2:05 μ.μ."),
        ("en", "29 Mar 2026, 14:05"),
        ("fi", "29.3.2026 14.05"),
        ("hu", "2026. márc. 29. 14:05"),
        ("lt", "2026-03-29 14:05"),
        ("lv", "2026. gada 29. marts 14:05"),
        ("pt", "29/03/2026, 14:05"),
    ],
)
def test_a_moment_is_written_by_the_pattern_of_its_language(  # D25
    tmp_path: Path, language: str, shown: str
) -> None:
    afternoon = MOMENT.replace(hour=12, minute=5)

    written = translated(tmp_path, language).moment(afternoon, "Europe/Copenhagen")

    assert (
        written.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        == shown
    )


def test_portuguese_is_that_of_portugal(tmp_path: Path) -> None:  # D25
    portuguese = translated(tmp_path, "pt")

    names = [portuguese.country_name(code) for code in ("CZ", "PL", "SI", "RO")]

    assert names == ["Chéquia", "Polónia", "Eslovénia", "Roménia"]


@pytest.mark.parametrize(
    "missing", ['msgstr ""', 'msgstr "Nulstil"\n\n#, fuzzy\nmsgid "A"\nmsgstr "B"']
)
def test_a_language_with_a_missing_text_is_off_as_a_whole(
    tmp_path: Path, missing: str
) -> None:  # D25
    danish = texts_from(tmp_path, "da", f'msgid "Save"\nmsgstr "Gem"\n\nmsgid "Reset"\n{missing}\n')

    assert danish.gettext("Save") == "Save"
    assert danish.shown_language == "en"
    assert danish.moment(MOMENT) == "29 Mar 2026, 00:30 UTC"


def test_texts_name_the_language_that_they_are_in(tmp_path: Path) -> None:
    shown = [texts(language).shown_language for language in ("da", "en", "mt")]

    assert [*shown, texts("mt", tmp_path).shown_language] == ["da", "en", "mt", "en"]


@pytest.mark.parametrize(
    ("language", "name"),
    [("da", "Dansk"), ("el", "Ελληνικά"), ("fr", "Français"), ("bg", "Български")],
)
def test_a_language_is_named_in_itself(language: str, name: str) -> None:
    assert texts("en").language_name(language) == name


def test_every_language_has_a_po_file() -> None:  # D20
    assert all(po_path(language).exists() for language in LANGUAGES if language != "en")


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "10,000"),
        ("da", "10.000"),
        ("fr", "10\N{NARROW NO-BREAK SPACE}000"),
        ("pl", "10\N{NO-BREAK SPACE}000"),
    ],
)
def test_a_count_is_written_as_in_its_language(language: str, shown: str) -> None:  # D25
    users = texts(language).ngettext("{number} user", "{number} users", 10_000)

    assert users.startswith(f"{shown} ")
    assert texts(language).ngettext("{number} user", "{number} users", 999).startswith("999 ")
