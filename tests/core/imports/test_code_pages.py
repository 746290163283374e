"""Tests that files without a stated encoding are decoded correctly or refused (D33, B02)."""

import pytest

from core.errors import BadFileError, FileProblem
from core.imports.files import parse_file
from core.imports.rules import MAX_ROWS
from core.imports.tables import HEADER_WITHIN
from core.text.scripts import scripts_of
from tests.core.imports.european_names import CODE_PAGES, NAMES

HEADER = "first_name;last_name;language;email"
Names = tuple[tuple[str, str], ...]
CASES = [(page, language) for page, languages in CODE_PAGES.items() for language in languages]
# English has no letters of its own, and Romanian commas are read as cedillas by other pages.
REFUSED = {
    *(("cp1252", "en"), ("cp850", "en"), ("iso8859_1", "en")),
    *(("cp1250", "ro"), ("iso8859_2", "ro"), ("iso8859_16", "pl")),
}


def written(names: Names, language: str) -> str:
    """Return the text of a file of people with these names."""
    rows = (f"{a};{b};{language};person{n}@x.example" for n, (a, b) in enumerate(names))
    return "\r\n".join([HEADER, *rows])


def read(content: bytes) -> Names:
    """Return the names in the file."""
    rows = parse_file(content).rows
    return tuple((row.typed.first_name, row.typed.last_name) for row in rows)


def encodable(language: str, page: str) -> Names:
    """Return those names of the language that the code page can write."""

    def fits(names: tuple[str, str]) -> bool:
        return "".join(names).encode(page, "ignore").decode(page) == "".join(names)

    return tuple(filter(fits, NAMES[language]))


@pytest.mark.parametrize(("page", "language"), CASES)
def test_the_names_of_a_country_are_read_in_its_code_pages(page: str, language: str) -> None:
    names = encodable(language, page)
    content = written(names, language).encode(page)

    if (page, language) in REFUSED:
        with pytest.raises(BadFileError) as refusal:
            read(content)
        assert refusal.value.problem == FileProblem.CODE_PAGE
    else:
        assert read(content) == names


@pytest.mark.parametrize("page", CODE_PAGES)
def test_no_single_name_is_read_wrongly_in_any_code_page(page: str) -> None:
    for language in NAMES:
        for name in encodable(language, page):
            try:
                ((first, last),) = read(written((name,), language).encode(page))
            except BadFileError:
                continue
            # Two bytes may happen to be UTF-8, for a letter of another script: no name has both.
            assert (first, last) == name or len(scripts_of(first + last)) > 1


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("Søs;Bødker;da;a@x.example".encode("mac_roman"), None),  # Sæs Bædker in cp1257
        ("Łucja;Żbik;en;a@x.example".encode("cp1250"), None),  # no letter speaks for a page
        ("José;Lee;en;a@x.example\nÅke;Öström;sv;b@x.example".encode("cp1252"), "all"),
        ("Ann;O´Neill;en;a@x.example".encode("cp1252"), None),  # OŽNeill in ISO 8859-15
        ("Ann;Smith™;da;a@x.example\nBo;Bødker;da;b@x.example".encode("cp1252"), None),
        ("Jürgen;Groß;el;a@x.example".encode("cp1252"), None),  # Jόrgen Groί in cp1253
        ("Иван;Иванов;bg;a@x.example".encode("cp1251"), (("Иван", "Иванов"),)),
        ("Marta;Tom\u00e1s;es;a@x.example".encode("cp850"), (("Marta", "Tomás"),)),
    ],
)
def test_doubt_refuses_and_evidence_decides(content: bytes, names: object) -> None:
    file = HEADER.encode() + b"\n" + content
    if names is None:
        with pytest.raises(BadFileError) as refusal:
            read(file)
        assert refusal.value.problem == FileProblem.CODE_PAGE
    elif names == "all":
        assert read(file) == (("José", "Lee"), ("Åke", "Öström"))
    else:
        assert read(file) == names


def test_the_name_of_a_language_is_evidence_too() -> None:
    text = f"{HEADER}\nJosef;Kral;Čeština;a@x.example"

    (row,) = parse_file(text.encode("cp852")).rows

    assert row.typed.language == "cs"


def test_letters_outside_the_imported_columns_decide_nothing() -> None:
    text = f"{HEADER};note\nIda;Lund;da;a@x.example;»½«"

    file = parse_file(text.encode("cp1252"))

    assert file.rows[0].typed.last_name == "Lund"
    assert file.notes.unknown_columns == ("note",)


def test_the_notes_name_the_code_page() -> None:
    file = parse_file(written(NAMES["pl"], "pl").encode("cp1250"))

    assert file.notes.code_page == "cp1250"
    assert parse_file(written(NAMES["pl"], "pl").encode()).notes.code_page == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_whatever_the_names(encoding: str) -> None:
    names = tuple(name for names in NAMES.values() for name in names)

    assert read(written(names, "en").encode(encoding)) == names


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + f"{HEADER}\nIda;M\u00f8ller;da;a@x.example".encode("cp1252"),
        f"{HEADER}\nIda;Lund;da;a@x.example".encode("utf-16-le"),
        b"\xff\xfe\x00",
    ],
)
def test_what_a_byte_order_mark_or_zeros_belie_is_no_text(content: bytes) -> None:
    with pytest.raises(BadFileError) as refusal:
        parse_file(content)

    assert refusal.value.problem == FileProblem.NO_TEXT


def test_columns_that_are_missing_are_named_whatever_the_code_page() -> None:  # D33
    with pytest.raises(BadFileError) as refusal:
        parse_file("first_name;last_name\nIda;Møller\n".encode("cp1252"))

    assert refusal.value.problem == FileProblem.COLUMNS
    assert "email" in refusal.value.columns


def test_a_column_that_only_one_code_page_knows_decides() -> None:  # D33
    # The byte of the soft hyphen is another sign in other code pages.
    content = f"{HEADER};user\xadname\nJean;Petit;fr;jean@x.example;jpetit".encode("cp1252")

    file = parse_file(content)

    assert file.rows[0].typed.username == "jpetit"
    assert file.notes.code_page


def test_a_column_named_twice_is_refused_whatever_the_code_page() -> None:  # D33
    content = f"{HEADER};email\nJosé;Peña;es;a@x.example;".encode("cp1252")

    with pytest.raises(BadFileError) as refusal:
        read(content)

    assert (refusal.value.problem, refusal.value.columns) == (
        FileProblem.REPEATED_COLUMNS,
        ("email",),
    )


def test_too_many_rows_are_refused_before_the_code_page_is_looked_for() -> None:  # D33
    rows = ["Łucja;Żbik;en;a@x.example"] * (MAX_ROWS + HEADER_WITHIN)
    content = "\n".join([HEADER, *rows]).encode("cp1250")

    with pytest.raises(BadFileError) as refusal:
        read(content)

    assert refusal.value.problem == FileProblem.TOO_MANY_ROWS
