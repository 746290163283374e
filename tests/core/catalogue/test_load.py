"""Reading a catalogue, and naming each mistake in it by its line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.load import CatalogueError, load, shipped
from core.catalogue.rules import Catalogue, Keyword, KeywordField, Module, Role
from core.languages.tags import LANGUAGES
from core.role_keys import ADMINISTRATOR, RoleKey

SMALL = """\
[[authority_roles]]
code = "ADMIN"
name = { en = "Administrator" }
min_holders = 1

[[modules]]
code = "SD"
name = { en = "Services", da = "Tjenesteydelser" }

[[modules.roles]]
code = "BASIC"
name = { en = "Basic user" }

[[modules.roles]]
code = "REQ_HANDLER"
name = { en = "Request handler" }
min_holders = 1

[[modules.keywords]]
code = "RETAIL"
name = { en = "Retail" }

[[fields]]
code = "HEALTH"
name = { en = "Health" }

[[fields.keywords]]
code = "CARE"
name = { en = "Care" }
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(shipped(), "catalogue.toml")


def test_the_shipped_catalogue_has_five_modules(catalogue: Catalogue) -> None:  # D24
    assert [module.code for module in catalogue.modules] == ["PQ", "SD", "PW", "PR", "EC"]


@pytest.mark.parametrize(
    ("role", "modules"),
    [
        ("BASIC", ["PQ", "SD", "PW", "PR", "EC"]),
        ("REQ_HANDLER", ["PQ", "SD", "PW", "PR"]),
        ("ALLOCATOR", ["PQ", "SD", "PW", "PR"]),
        ("REF_HANDLER", ["PQ", "SD", "PW", "PR"]),
        ("ALERT_HANDLER", ["PQ", "SD"]),
        ("NOTIF_EDITOR", ["PQ", "SD", "EC"]),
    ],
)
def test_a_role_is_in_the_modules_of_its_exchanges(
    catalogue: Catalogue, role: str, modules: list[str]
) -> None:  # D24
    keys = catalogue.roles_in(module.code for module in catalogue.modules)

    assert [key.module for key in keys if key.role == role] == modules


def test_only_administrators_and_request_handlers_must_exist(catalogue: Catalogue) -> None:  # D12
    keys = catalogue.roles_in(module.code for module in catalogue.modules)
    least = {key: catalogue.min_holders(key) for key in keys if catalogue.min_holders(key)}

    handlers = {RoleKey(module, "REQ_HANDLER"): 1 for module in ("PQ", "SD", "PW", "PR")}
    assert least == {ADMINISTRATOR: 1} | handlers


def test_everything_shipped_is_named_in_english_and_danish(catalogue: Catalogue) -> None:  # D24
    named: list[Role | Module | Keyword | KeywordField] = [
        *catalogue.authority_roles,
        *catalogue.modules,
        *catalogue.fields,
    ]
    for module in catalogue.modules:
        named += [*module.roles, *module.keywords]
        assert module.keywords
    for field in catalogue.fields:
        named += field.keywords
        assert field.keywords

    assert all({"en", "da"} <= one.names.keys() <= set(LANGUAGES) for one in named)


def test_a_small_catalogue_is_read_whole() -> None:
    small = load(SMALL, "small.toml")

    assert small.roles_in(["SD"]) == (
        ADMINISTRATOR,
        RoleKey("SD", "BASIC"),
        RoleKey("SD", "REQ_HANDLER"),
    )
    assert small.min_holders(RoleKey("SD", "BASIC")) == 0
    assert small.module("SD").keywords == (Keyword("RETAIL", {"en": "Retail"}),)
    assert small.fields[0].keywords == (Keyword("CARE", {"en": "Care"}),)


def test_tables_may_be_written_in_one_line() -> None:
    text = """authority_roles = [{ code = "ADMIN", name.en = "Administrator", min_holders = 2 }]"""

    assert load(text, "short.toml").min_holders(ADMINISTRATOR) == 2


FIRST = SMALL.partition("[[modules]]")[0]
RETAIL = 'code = "RETAIL"'
NAME = '{ en = "Retail" }'
LEAST = 'handler" }\nmin_holders = 1'
ADMIN = 'trator" }\nmin_holders = 1'
MISTAKES = [
    # a key that is not known, in each kind of table
    ("[[modules]]", "[x]\n[[modules]]", 6, "the catalogue has the unknown key x; known are auth"),
    ("[[fields]]", "[[feilds]]\n[[fields]]", 23, "the catalogue has the unknown key feilds"),
    ('code = "SD"', 'code = "SD"\nnmae = {}', 8, "module SD has the unknown key nmae"),
    ('code = "BASIC"', 'code = "BASIC"\nx = 1', 12, "role BASIC of module SD has the unknown"),
    (RETAIL, f"x = 1\n{RETAIL}", 20, "keyword RETAIL of module SD has the unknown key x"),
    ('code = "HEALTH"', 'code = "HEALTH"\nx = 1', 25, "field HEALTH has the unknown key x"),
    ('code = "CARE"', 'code = "CARE"\nx = 1', 29, "keyword CARE of field HEALTH has the unknown"),
    # codes
    (RETAIL, 'code = "Retail"', 20, 'has the code "Retail"; a code is a capital'),
    (RETAIL, 'code = "1A"', 20, 'has the code "1A"'),
    (RETAIL, 'code = ""', 20, 'has the code ""'),
    (RETAIL, f'code = "{"A" * 31}"', 20, "30 at the most"),
    (RETAIL, "code = 5", 20, "keyword number 1 of module SD has the code 5;"),
    (RETAIL, "", 19, "keyword number 1 of module SD has no code"),
    ('code = "ADMIN"', 'code = "BOSS"', 1, "the catalogue has no authority-wide role ADMIN"),
    # the same code twice, in each kind of list
    ("[[modules]]", f"{FIRST}[[modules]]", 7, "role ADMIN has a code that stands in line 2"),
    ('"REQ_HANDLER"', '"BASIC"', 15, "role BASIC of module SD has a code that stands in line 11"),
    ("[[fields]]", "[[modules]]\ncode = 'SD'\n[[fields]]", 24, "a code that stands in line 7 too"),
    (RETAIL, f"{RETAIL}\n[[modules.keywords]]\n{RETAIL}", 22, "stands in line 20 too"),
    ('code = "CARE"', 'code="CARE"\n[[fields]]\ncode="HEALTH"', 30, "stands in line 24 too"),
    # names
    (NAME, '{ da = "Detail" }', 21, "keyword RETAIL of module SD has no name in en"),
    (f"name = {NAME}", "", 19, "keyword RETAIL of module SD has no name in en"),
    (NAME, '{ en = "x", no = "x" }', 21, "has a name in no, which is no language here"),
    (NAME, '{ en = " " }', 21, "has a name in en that is no text"),
    (NAME, '{ en = "x", da = 3 }', 21, "has a name in da that is no text"),
    (NAME, '"Retail"', 21, 'has the name "Retail"; a name is one text per language'),
    # the least number of holders
    (LEAST, LEAST.replace("1", "-1"), 17, "role REQ_HANDLER of module SD has min_holders -1; it"),
    (LEAST, LEAST.replace("1", "true"), 17, "min_holders true; it must be a whole number"),
    (LEAST, LEAST.replace("1", '"1"'), 17, 'has min_holders "1"; it must be'),
    (LEAST, LEAST.replace("1", "1.5"), 17, "has min_holders 1.5; it must be"),
    (ADMIN, ADMIN.replace("1", "0"), 4, "role ADMIN has min_holders 0; this role needs 1"),
    (ADMIN, 'trator" }', 1, "role ADMIN has min_holders 0; this role needs 1 or more"),
    # lists that are none
    ("[[modules.keywords]]", "[modules.keywords]", 19, "module SD has keywords that are not"),
    # no TOML at all
    (RETAIL, 'code = "RETAIL', 20, "no valid TOML: "),
    (RETAIL, f"{RETAIL}\n{RETAIL}", 21, "no valid TOML: Cannot overwrite"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "line", "problem"), MISTAKES)
def test_a_mistake_is_named_with_its_line(
    right: str, wrong: str, line: int, problem: str
) -> None:  # D24
    assert right in SMALL
    text = SMALL.replace(right, wrong, 1)

    with pytest.raises(CatalogueError) as error:
        load(text, "mine.toml")

    said = [one for one in str(error.value).split("\n") if problem in one]
    assert [one.partition(": ")[0] for one in said] == [f"mine.toml, line {line}"], error.value
    assert said[0].endswith(".")


def test_a_list_of_texts_is_no_list_of_modules() -> None:
    with pytest.raises(CatalogueError, match="line 7: the catalogue has modules that are not"):
        load('# mine\n\n\n\n\n\nmodules = ["SD"]', "mine.toml")


def test_all_mistakes_are_named_in_the_order_of_the_text() -> None:
    text = SMALL.replace('"RETAIL"', '"retail"').replace('"CARE"', '"care"').replace("SD", "sd")

    with pytest.raises(CatalogueError) as error:
        load(text, "mine.toml")

    assert re.findall(r"^mine.toml, line (\d+): ", str(error.value), re.MULTILINE) == [
        *("7", "20", "28"),
    ]


def test_an_unfinished_text_is_wrong_in_its_last_line() -> None:
    with pytest.raises(CatalogueError, match=r"^mine.toml, line 3: no valid TOML: Unterminated"):
        load('a = 1\nb = """\nc', "mine.toml")


def test_an_empty_file_has_no_administrator() -> None:
    with pytest.raises(CatalogueError, match="line 1: the catalogue has no authority-wide role"):
        load("", "mine.toml")


@given(st.integers(min_value=0, max_value=30), st.sampled_from(["code", "name", "min_holders"]))
def test_a_wrong_key_anywhere_is_found_in_its_line(skip: int, key: str) -> None:  # D24
    places = [n for n, row in enumerate(SMALL.split("\n"), 1) if row.startswith(f"{key} =")]
    line = places[skip % len(places)]
    rows = SMALL.split("\n")
    rows[line - 1] = rows[line - 1].replace(key, f"{key}x", 1)

    with pytest.raises(CatalogueError) as error:
        load("\n".join(rows), "mine.toml")

    assert f"mine.toml, line {line}: " in str(error.value)
    assert f"has the unknown key {key}x; known are code" in str(error.value)


PIECES = ["", "\n", "[", "]]", "{", '"', "'", '"""', "=", ".", ",", "#", "x", "true", "[[modules]]"]


@given(st.integers(0, len(SMALL)), st.integers(0, 40), st.sampled_from(PIECES))
def test_however_it_is_damaged_it_is_read_or_refused(at: int, cut: int, piece: str) -> None:
    text = SMALL[:at] + piece + SMALL[at + cut :]

    try:
        load(text, "mine.toml")
    except CatalogueError as error:
        for said in str(error).split("\n"):
            place = re.match(r"mine\.toml, line (\d+): ", said)
            assert place is not None, said
            assert 1 <= int(place.group(1)) <= text.count("\n") + 1
