"""Tests of the translations in all 23 languages other than English (R43, D20, D25)."""

from __future__ import annotations

import gettext
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from core.languages.plural_forms import empty_translations
from core.languages.tags import LANGUAGES
from core.languages.texts import NAMES, TEXTS, po_path, texts
from tests.core.languages.terms import TERMS, load, terms_in
from tests.core.languages.translation_rules import faults_in

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLURALS = Message(("{number} user", "{number} users"))

in_each_language = pytest.mark.parametrize("language", TRANSLATED)


def translations_of(language: str, domain: str = TEXTS) -> Catalog:
    with po_path(language, domain=domain).open("rb") as file:
        return read_po(file, locale=language)


@in_each_language
@pytest.mark.parametrize("domain", [TEXTS, NAMES])
def test_each_translation_keeps_the_rules(language: str, domain: str) -> None:
    found = {
        str(message.id): faults
        for message in translations_of(language, domain)
        if message.id and (faults := faults_in(message, language))
    }

    assert found == {}


@in_each_language
def test_the_plural_forms_are_those_of_cldr(language: str) -> None:
    form_of = gettext.c2py(empty_translations(language).plural_expr)
    locale = Locale(language, "PT" if language == "pt" else None)
    forms: dict[int, set[str]] = {}
    for number in range(1001):
        forms.setdefault(form_of(number), set()).add(locale.plural_form(number))

    # Hungarian writes the singular after every number, so its two forms of CLDR are one.
    expected = 2 if language == "hu" else 1
    assert {len(categories) for categories in forms.values()} == {expected}
    assert len(forms) == translations_of(language).num_plurals


@in_each_language
def test_the_glossary_has_a_word_for_each_term(language: str) -> None:
    glossary = load(language)

    assert set(glossary.words) == set(TERMS)
    assert all(glossary.words.values())
    assert set(glossary.exceptions) <= set(TERMS)


@in_each_language
def test_each_term_is_translated_by_its_word(language: str) -> None:
    glossary = load(language)
    lacking = {
        english: terms
        for english, translation in texts_of(language)
        if (terms := glossary.lacking(english, translation))
    }

    assert lacking == {}


@in_each_language
def test_each_exception_of_the_glossary_is_needed(language: str) -> None:
    assert unneeded_exceptions(language) == set()


def unneeded_exceptions(language: str) -> set[tuple[str, str]]:
    """Return the exceptions, by term, of texts that are gone or that contain the word."""
    glossary = load(language)
    strict = replace(glossary, exceptions={})
    lacking = {
        (term, english)
        for english, translation in texts_of(language)
        for term in strict.lacking(english, translation)
    }
    listed = {(term, each) for term, found in glossary.exceptions.items() for each in found}
    return listed - lacking


def texts_of(language: str) -> list[tuple[str, str]]:
    """Return each English text with its translation; of a plural the last, and all its forms."""
    return [
        (
            message.id if isinstance(message.id, str) else message.id[-1],
            message.string if isinstance(message.string, str) else " | ".join(message.string or ()),
        )
        for message in translations_of(language)
        if message.id
    ]


@in_each_language
def test_no_date_makes_a_full_stop_too_many(language: str) -> None:
    """Some dates end with a full stop, such as those of Croatian."""
    t = texts(language)
    moment = datetime(2026, 11, 27, 9, 5, tzinfo=UTC)
    shown = dict.fromkeys(("moment", "since", "seen"), t.moment(moment, "Europe/Athens"))
    shown |= {"date": t.date(moment)}

    faults = [
        form
        for _, translation in texts_of(language)
        for form in translation.split(" | ")
        if any(f"{{{name}}}." in form and value.endswith(".") for name, value in shown.items())
    ]

    assert faults == []


@pytest.mark.parametrize(
    ("language", "english", "translation", "fault"),
    [
        ("fr", "Save", "", "missing"),
        ("fr", "Hello {name}", "Bonjour {nom}", "placeholders {'nom'}"),
        ("fr", "Type `/imi-me data`.", "Tapez `/imi-moi data`.", "fixed parts ['/imi-moi']"),
        ("fr", "Name:", "Nom:", "no no-break space before :"),
        ("fr", "Name: {name}", "Nom\N{NO-BREAK SPACE}: «{name}»", "no no-break space after «"),
        ("fr", "It is done", "C'est fait", "a straight apostrophe instead of ’"),
        ("de", "Saved.", "Gespeichert", "ends with '', not '.'"),
        ("de", "The field", "Das Feld ”x“", "quotation marks ['”']"),
        ("el", "Remove?", "Αφαίρεση?", "a Latin question mark"),
        ("es", "Remove?", "Eliminar?", "a question or exclamation that is not opened"),
        ("pl", "Save", "Zapisz ", "spaces or line breaks"),
        ("pl", "*Save*", "Zapisz", "marks of Slack's markup"),
    ],
)
def test_a_translation_against_the_rules_is_found(
    language: str, english: str, translation: str, fault: str
) -> None:
    assert fault in faults_in(Message(english, translation), language)


def test_a_missing_plural_form_is_found() -> None:
    polish = Message(PLURALS.id, ("{number} użytkownik", "{number} użytkownicy"))

    assert faults_in(polish, "pl") == ["2 plural forms instead of 3"]


def test_only_a_form_of_one_number_may_leave_the_number_out() -> None:
    german = Message(PLURALS.id, ("Eine Person", "{number} Personen"))
    slovene = Message(PLURALS.id, ("Oseba", "{number} osebi", "{number} osebe", "{number} oseb"))

    assert faults_in(german, "de") == []
    assert "placeholders set()" in faults_in(slovene, "sl")


def test_a_text_without_the_word_of_a_term_is_found() -> None:
    glossary = load("da")

    assert glossary.lacking("Remove the user", "Fjern brugeren") == ()
    assert glossary.lacking("Remove the user", "Slet brugeren") == ("remove",)
    assert terms_in("Type `/imi-removeuser` for {user}") == ()
