"""Tests of reading a catalogue, and of reporting each mistake with its line."""

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
def test_each_role_is_in_the_modules_that_have_its_kind_of_exchange(
    catalogue: Catalogue, role: str, modules: list[str]
) -> None:  # D24
    keys = catalogue.roles_in(module.code for module in catalogue.modules)

    assert [key.module for key in keys if key.role == role] == modules


def test_only_administrators_and_request_handlers_need_a_holder(
    catalogue: Catalogue,
) -> None:  # D12
    keys = catalogue.roles_in(module.code for module in catalogue.modules)
    least = {key: catalogue.min_holders(key) for key in keys if catalogue.min_holders(key)}

    handlers = {RoleKey(module, "REQ_HANDLER"): 1 for module in ("PQ", "SD", "PW", "PR")}
    assert least == {ADMINISTRATOR: 1} | handlers


def test_every_shipped_item_has_an_english_and_a_danish_name(catalogue: Catalogue) -> None:  # D24
    items: list[Role | Module | Keyword | KeywordField] = [
        *catalogue.authority_roles,
        *catalogue.modules,
        *catalogue.fields,
    ]
    for module in catalogue.modules:
        items += [*module.roles, *module.keywords]
        assert module.keywords
    for field in catalogue.fields:
        items += field.keywords
        assert field.keywords

    assert all({"en", "da"} <= item.names.keys() <= set(LANGUAGES) for item in items)


def test_every_shipped_role_says_what_its_holders_can_do_in_english_and_danish(
    catalogue: Catalogue,
) -> None:  # D24, R63
    roles = [*catalogue.authority_roles, *(role for one in catalogue.modules for role in one.roles)]

    assert all({"en", "da"} <= role.descriptions.keys() for role in roles)
    # Slack shows at most 75 characters beside an option.
    assert max(len(text) for role in roles for text in role.descriptions.values()) <= 75


def test_a_role_without_a_description_is_read() -> None:
    small = load(SMALL, "small.toml")

    assert small.description_of_role(RoleKey("SD", "BASIC"), "da") == ""
    assert small.description_of_role(RoleKey("SD", "NOTHING"), "da") == ""


@pytest.mark.parametrize(
    ("description", "problem"),
    [
        ('"Sees"', 'has the description "Sees"; a description is one text per language'),
        ('{ da = "Ser" }', "has no description in en"),
        ('{ en = "Sees", xx = "Sees" }', "has a description in xx, which is no language here"),
        ('{ en = " " }', "has a description in en that is no text"),
        (f'{{ en = "{"x" * 76}" }}', "has a description in en of 76 characters; at most 75"),
    ],
)
def test_a_wrong_description_is_reported_with_its_line(description: str, problem: str) -> None:
    text = SMALL.replace('"Basic user" }', f'"Basic user" }}\ndescription = {description}')

    with pytest.raises(CatalogueError) as error:
        load(text, "mine.toml")

    assert "mine.toml, line 1" in str(error.value)
    assert f"role BASIC of module SD {problem}" in str(error.value)


def test_a_small_catalogue_is_read_completely() -> None:
    small = load(SMALL, "small.toml")

    assert small.roles_in(["SD"]) == (
        ADMINISTRATOR,
        RoleKey("SD", "BASIC"),
        RoleKey("SD", "REQ_HANDLER"),
    )
    assert small.min_holders(RoleKey("SD", "BASIC")) == 0
    assert [one.code for one in small.module("SD").keywords] == ["RETAIL"]
    assert small.fields[0].keywords == (Keyword("CARE", {"en": "Care"}),)


def test_a_name_that_the_product_has_too_needs_no_translation() -> None:  # D24
    (retail,) = load(SMALL, "small.toml").module("SD").keywords

    assert retail.name_in("en") == "Retail"
    assert retail.name_in("da") == "Detailhandel"


def test_a_translation_in_the_file_comes_first() -> None:  # D24
    text = SMALL.replace('en = "Retail"', 'en = "Retail", da = "Butikker"')

    (retail,) = load(text, "small.toml").module("SD").keywords

    assert retail.name_in("da") == "Butikker"


def test_inline_tables_are_accepted() -> None:
    text = """authority_roles = [{ code = "ADMIN", name.en = "Administrator", min_holders = 2 }]"""

    assert load(text, "short.toml").min_holders(ADMINISTRATOR) == 2


FIRST = SMALL.partition("[[modules]]")[0]
RETAIL = 'code = "RETAIL"'
NAME = '{ en = "Retail" }'
LEAST = 'handler" }\nmin_holders = 1'
ADMIN = 'trator" }\nmin_holders = 1'
MISTAKES = [
    # an unknown key, in each kind of table
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
    # not lists of tables
    ("[[modules.keywords]]", "[modules.keywords]", 19, "module SD has keywords that are not"),
    # invalid TOML
    (RETAIL, 'code = "RETAIL', 20, "no valid TOML: "),
    (RETAIL, f"{RETAIL}\n{RETAIL}", 21, "no valid TOML: Cannot overwrite"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "line", "problem"), MISTAKES)
def test_a_mistake_is_reported_with_its_line(
    right: str, wrong: str, line: int, problem: str
) -> None:  # D24
    assert right in SMALL
    text = SMALL.replace(right, wrong, 1)

    with pytest.raises(CatalogueError) as error:
        load(text, "mine.toml")

    reports = [report for report in str(error.value).split("\n") if problem in report]
    assert [report.partition(": ")[0] for report in reports] == [f"mine.toml, line {line}"], (
        error.value
    )
    assert reports[0].endswith(".")


def test_a_list_of_strings_is_not_accepted_as_modules() -> None:
    with pytest.raises(CatalogueError, match="line 7: the catalogue has modules that are not"):
        load('# mine\n\n\n\n\n\nmodules = ["SD"]', "mine.toml")


def test_all_mistakes_are_reported_in_the_order_of_the_text() -> None:
    text = SMALL.replace('"RETAIL"', '"retail"').replace('"CARE"', '"care"').replace("SD", "sd")

    with pytest.raises(CatalogueError) as error:
        load(text, "mine.toml")

    assert re.findall(r"^mine.toml, line (\d+): ", str(error.value), re.MULTILINE) == [
        *("7", "20", "28"),
    ]


def test_an_unterminated_string_is_reported_at_the_last_line() -> None:
    with pytest.raises(CatalogueError, match=r"^mine.toml, line 3: no valid TOML: Unterminated"):
        load('a = 1\nb = """\nc', "mine.toml")


def test_an_empty_file_lacks_the_administrator_role() -> None:
    with pytest.raises(CatalogueError, match="line 1: the catalogue has no authority-wide role"):
        load("", "mine.toml")


@given(st.integers(min_value=0, max_value=30), st.sampled_from(["code", "name", "min_holders"]))
def test_an_unknown_key_is_reported_at_its_line(skip: int, key: str) -> None:  # D24
    numbers = [n for n, row in enumerate(SMALL.split("\n"), 1) if row.startswith(f"{key} =")]
    line = numbers[skip % len(numbers)]
    rows = SMALL.split("\n")
    rows[line - 1] = rows[line - 1].replace(key, f"{key}x", 1)

    with pytest.raises(CatalogueError) as error:
        load("\n".join(rows), "mine.toml")

    assert f"mine.toml, line {line}: " in str(error.value)
    assert f"has the unknown key {key}x; known are code" in str(error.value)


PIECES = ["", "\n", "[", "]]", "{", '"', "'", '"""', "=", ".", ",", "#", "x", "true", "[[modules]]"]


@given(st.integers(0, len(SMALL)), st.integers(0, 40), st.sampled_from(PIECES))
def test_a_damaged_text_is_either_read_or_refused_with_a_line(
    at: int, cut: int, piece: str
) -> None:
    text = SMALL[:at] + piece + SMALL[at + cut :]

    try:
        load(text, "mine.toml")
    except CatalogueError as error:
        for report in str(error).split("\n"):
            match = re.match(r"mine\.toml, line (\d+): ", report)
            assert match is not None, report
            assert 1 <= int(match.group(1)) <= text.count("\n") + 1
