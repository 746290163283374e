"""Tests of updating the PO files from the texts in the code."""

import re
import runpy
import sys
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from core.languages import extract
from core.languages.plural_forms import empty_translations
from core.languages.tags import LANGUAGES
from core.languages.texts import NAMES, po_path, texts

CATALOGUE = """
[[authority_roles]]
code = "ADMIN"
name = { en = "Administrator" }
description = { en = "Registers users" }

[[modules]]
code = "SD"
name = { en = "Services" }
roles = [{ code = "BASIC", name = { en = "Basic user" } }]
keywords = [{ code = "RETAIL", name = { en = "Retail" } }]

[[fields]]
code = "TRADE"
name = { en = "Trade" }
keywords = [{ code = "RETAIL", name = { en = "Retail" } }]
"""


class Project:
    """A small project with the three top-level packages, and its PO files."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "locale"
        for package in extract.PACKAGES:
            (root / package).mkdir()
        self.write(CATALOGUE, "core/catalogue/catalogue.toml")

    def write(self, code: str, name: str = "core/a.py") -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, "utf-8")

    def extract(self, *arguments: str) -> int:
        return extract.main([*arguments], self.root, self.folder)

    def text_of(self, language: str) -> str:
        return po_path(language, self.folder).read_text("utf-8")

    def change(self, language: str, before: str, after: str) -> None:
        text = self.text_of(language)
        assert before in text
        po_path(language, self.folder).write_text(text.replace(before, after), "utf-8")

    def messages(self, language: str = "da") -> list[object]:
        with po_path(language, self.folder).open("rb") as file:
            return [message.id for message in read_po(file) if message.id]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_command_finds_the_po_files_up_to_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["extract", "--check"])

    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(extract.__file__), run_name="__main__")

    assert left.value.code == 0, capsys.readouterr().out


def test_translations_are_kept_and_unused_messages_dropped(project: Project) -> None:
    project.write('_("Kept"); _("Dropped")\n')
    project.extract()
    project.change("da", '"Kept"\nmsgstr ""', '"Kept"\nmsgstr "Beholdt"')

    project.write('_("Kept"); _("New")\n')
    project.extract()

    assert project.messages() == ["Kept", "New"]
    assert 'msgid "Kept"\nmsgstr "Beholdt"' in project.text_of("da")
    assert "Dropped" not in project.text_of("da")


def test_check_lists_stale_po_files_and_writes_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write('_("One")\n')
    project.extract()
    capsys.readouterr()
    assert project.extract("--check") == 0
    assert capsys.readouterr().out == ""
    before = project.text_of("da")
    project.write('_("One"); _("Two")\n')

    assert project.extract("--check") == 1

    lines = capsys.readouterr().out.splitlines()
    assert "stale: imi.pot" in lines
    assert "stale: da/LC_MESSAGES/imi.po" in lines
    assert len(lines) == len(LANGUAGES)
    assert project.text_of("da") == before


def test_a_missing_po_file_is_stale_and_is_created(project: Project) -> None:
    project.write('_("One")\n')
    project.extract()
    po_path("mt", project.folder).unlink()

    assert project.extract("--check") == 1
    assert project.extract() == 0
    assert project.messages("mt") == ["One"]


def test_english_needs_no_po_file(project: Project) -> None:
    project.extract()

    assert not po_path("en", project.folder).exists()


def test_messages_are_found_in_code_pages_and_mail_templates(project: Project) -> None:
    project.write('_ = texts("da").gettext\n_("Alpha")\ntexts("da").gettext("Beta", name=1)\n')
    project.write('t.ngettext("{number} user", "{number} users", 2)\n', "handlers/b.py")
    project.write('<p>{{ _("Delta") }}</p>', "bot/portal/templates/page.html")
    project.write('{{ _("Gamma {name}", name=name) }}', "bot/mail/templates/letter.txt")

    project.extract()

    assert project.messages() == [
        "Alpha",
        "Beta",
        "Delta",
        "Gamma {name}",
        ("{number} user", "{number} users"),
    ]


def test_one_text_in_two_contexts_is_two_messages(project: Project) -> None:
    project.write('t.pgettext("user", "New"); t.pgettext("password", "New"); _("New")\n')
    project.extract()
    for context, text in (('msgctxt "user"\n', "Ny"), ('msgctxt "password"\n', "Nyt"), ("", "Nye")):
        project.change(
            "da",
            f'{context}msgid "New"\nmsgstr ""',
            f'{context}msgid "New"\nmsgstr "{text}"',
        )

    assert project.extract("--check") == 0
    assert project.messages() == ["New", "New", "New"]
    danish = texts("da", project.folder)
    assert danish.pgettext("user", "New") == "Ny"
    assert danish.pgettext("password", "New") == "Nyt"
    assert danish.gettext("New") == "Nye"


def test_a_message_that_is_given_a_context_keeps_its_translation(project: Project) -> None:
    project.write('_("Reset"); _("Search")\n')
    project.extract()
    project.change("da", '"Reset"\nmsgstr ""', '"Reset"\nmsgstr "Nulstil"')
    project.change("da", '"Search"\nmsgstr ""', '"Search"\nmsgstr "Søg"')

    project.write('t.pgettext("button", "Reset"); t.pgettext("label", "Search"); _("Search")\n')
    project.extract()

    assert 'msgctxt "button"\nmsgid "Reset"\nmsgstr "Nulstil"' in project.text_of("da")
    # The other one is still in use without a context, so that the new one may need other words.
    assert 'msgctxt "label"\nmsgid "Search"\nmsgstr ""' in project.text_of("da")


def test_a_fuzzy_translation_is_dropped(project: Project) -> None:
    project.write('_("Save")\n')
    project.extract()
    project.change("da", 'msgid "Save"\nmsgstr ""', '#, fuzzy\nmsgid "Save"\nmsgstr "Måske"')

    project.extract()

    assert "fuzzy" not in project.text_of("da")
    assert "Måske" not in project.text_of("da")


def test_a_message_that_gets_a_plural_loses_its_translation(project: Project) -> None:
    project.write('_("{number} user")\n')
    project.extract()
    project.change("da", '"{number} user"\nmsgstr ""', '"{number} user"\nmsgstr "{number} bruger"')

    project.write('t.ngettext("{number} user", "{number} users", 2)\n')
    project.extract()

    assert project.messages() == [("{number} user", "{number} users")]
    assert "bruger" not in project.text_of("da")


def test_plural_translations_are_kept(project: Project) -> None:
    project.write('t.ngettext("{number} user", "{number} users", 2)\n')
    project.extract()
    project.change("da", 'msgstr[0] ""', 'msgstr[0] "{number} bruger"')
    project.change("da", 'msgstr[1] ""', 'msgstr[1] "{number} brugere"')

    assert project.extract("--check") == 0
    assert texts("da", project.folder).ngettext("{number} user", "{number} users", 2) == "2 brugere"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_header_has_the_language_and_its_plural_forms(project: Project, language: str) -> None:
    project.write('t.ngettext("{number} user", "{number} users", 2)\n')
    project.extract()

    with po_path(language, project.folder).open("rb") as file:
        translations = read_po(file)

    expected = empty_translations(language)
    assert translations.locale == Locale(language)
    assert translations.plural_forms == expected.plural_forms
    assert project.text_of(language).count("msgstr[") == expected.num_plurals


def test_translators_see_the_files_of_a_message_and_what_it_is_for(project: Project) -> None:
    project.write('# Translators: a button\n_("Save")\n')
    project.write('{# Translators: on the portal #}{{ _("Save") }}', "bot/portal/templates/a.html")
    project.write("# Not for translators\n_('Close')\n", "handlers/b.py")

    project.extract()

    text = project.text_of("da")
    save = text[: text.index('msgid "Save"')].split("\n\n")[-1].splitlines()
    assert sorted(save) == [
        "#. a button",
        "#. on the portal",
        "#: bot/portal/templates/a.html core/a.py",
    ]
    assert "Not for translators" not in text
    assert "#: handlers/b.py\n" in text


def test_po_files_have_neither_dates_nor_line_numbers(project: Project) -> None:
    project.write('_("Save")\n')
    project.extract()
    before = project.text_of("da")

    project.write('# A line above.\n\n_("Save")\n')
    project.extract()

    assert project.text_of("da") == before
    assert "Date" not in before
    assert "Generated" not in before


def test_no_message_is_inside_an_f_string() -> None:
    # The extraction does not look into f-strings, so the message would stay English.
    hidden = re.compile(r"""\bf(["']).*\{[^}]*(gettext|\b_)\(.*\1""")
    files = [file for package in extract.PACKAGES for file in Path(package).rglob("*.py")]

    assert [str(file) for file in files if hidden.search(file.read_text("utf-8"))] == []


def test_names_of_the_catalogue_are_found_with_what_they_name(project: Project) -> None:  # D24
    project.extract()

    with po_path("da", project.folder, NAMES).open("rb") as file:
        found = {(one.context, one.id): one.auto_comments for one in read_po(file) if one.id}
    assert found.keys() == {
        ("role", "Administrator"),
        ("description of a role", "Registers users"),
        ("module", "Services"),
        ("role", "Basic user"),
        ("keyword", "Retail"),
        ("field of keywords", "Trade"),
    }
    assert found["keyword", "Retail"] == ["A keyword of: Services", "A keyword of: Trade"]


def test_the_texts_to_translate_are_printed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write('_("Save")\n')
    project.extract()
    project.change("da", 'msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Gem"')
    capsys.readouterr()

    project.extract()

    printed = capsys.readouterr().out
    assert "to translate: fr/LC_MESSAGES/imi.po: 'Save'\n" in printed
    assert "to translate: fr/LC_MESSAGES/names.po: 'Retail'\n" in printed
    assert "da/LC_MESSAGES/imi.po" not in printed
