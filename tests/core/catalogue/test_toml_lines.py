"""Tests of finding the lines of tables, keys and elements in TOML."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.load import shipped
from core.catalogue.toml_lines import Path, line_at, lines_of

TRICKY = '''\
# [[modules]] in a comment, code = "X"
numbers = [1.5, 2] # a comment ]
dotted.key = "= # [[no]]"
"two words" = """
code = "not a key"
[[modules]]
an escaped quote: \\""" and one more "\\"
""""
'single' = \'\'\'
[table]
\'\'\'
when = 1979-05-27 07:32:00.5

  [[ modules ]]
code = 'A'
roles = [ # a list of inline tables
  { code = "R1", name = { en = "x", da = "y" } },

  { code = "R2", name.en = "z" },
  [
    true,
  ],
]
[modules.name]
en = {}
[[modules]]
code = "B"
[[modules.roles]]
[[modules.roles]]
code = "R3"
[[modules]]
[[modules.roles]]
code="R4"
[single_table.inside]
x = ""'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("numbers",), 2),
        (("numbers", 1), 2),
        (("dotted",), 3),
        (("dotted", "key"), 3),
        (("two words",), 4),
        (("single",), 9),
        (("when",), 12),
        (("modules",), 14),
        (("modules", 0), 14),
        (("modules", 0, "code"), 15),
        (("modules", 0, "roles"), 16),
        (("modules", 0, "roles", 0, "name", "da"), 17),
        (("modules", 0, "roles", 1, "code"), 19),
        (("modules", 0, "roles", 1, "name", "en"), 19),
        (("modules", 0, "roles", 2), 20),
        (("modules", 0, "roles", 2, 0), 21),
        (("modules", 0, "name"), 24),
        (("modules", 0, "name", "en"), 25),
        (("modules", 1), 26),
        (("modules", 1, "code"), 27),
        (("modules", 1, "roles", 0), 28),
        (("modules", 1, "roles", 1), 29),
        (("modules", 1, "roles", 1, "code"), 30),
        (("modules", 2), 31),
        (("modules", 2, "roles", 0, "code"), 33),
        (("single_table",), 34),
        (("single_table", "inside"), 34),
        (("single_table", "inside", "x"), 35),
    ],
)
def test_each_path_has_its_line_in_every_notation(path: Path, line: int) -> None:
    assert tomllib.loads(TRICKY)
    assert lines_of(TRICKY)[path] == line


def test_a_missing_path_has_the_line_of_its_nearest_parent() -> None:
    lines = lines_of(TRICKY)

    assert line_at(lines, ("modules", 1, "roles", 1, "min_holders")) == 29
    assert line_at(lines, ("fields", 3, "code")) == 1


def test_only_a_line_feed_ends_a_line() -> None:
    lines = lines_of('a = "\u2028\x85"\r\nb = 1\r\n')

    assert lines["b",] == 2


@pytest.mark.parametrize("text", [TRICKY, shipped()])
def test_everything_the_parser_reads_has_a_line(text: str) -> None:
    lines = lines_of(text)

    for path in _leaves(tomllib.loads(text), ()):
        assert path in lines


def _leaves(value: object, path: Path) -> Iterator[Path]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for key, child in inner:
        yield from _leaves(child, (*path, key))
    if not inner:
        yield path


NOISE = st.lists(
    st.sampled_from(
        ["", "# code = 1", "# [[modules]]", 'note{} = """\n[[modules]]\ncode = 1\n"""']
    ),
    max_size=3,
)


@given(st.lists(st.tuples(NOISE, st.lists(NOISE, max_size=3)), min_size=1, max_size=4))
def test_codes_are_found_among_comments_and_strings(
    modules: list[tuple[list[str], list[list[str]]]],
) -> None:
    text = ""
    for number, (noise, roles) in enumerate(modules):
        text += f'[[modules]]\n{_numbered(noise)}code = "M{number}"\n'
        for index, inner in enumerate(roles):
            text += f'[[modules.roles]]\n{_numbered(inner)}code = "M{number}R{index}"\n'
    rows, lines = text.split("\n"), lines_of(text)

    for number, module in enumerate(tomllib.loads(text)["modules"]):
        for index, role in enumerate(module.get("roles", [])):
            at = lines["modules", number, "roles", index, "code"]
            assert rows[at - 1] == f'code = "{role["code"]}"'
        assert rows[lines["modules", number, "code"] - 1] == f'code = "{module["code"]}"'


def _numbered(noise: list[str]) -> str:
    return "".join(line.format(number) + "\n" for number, line in enumerate(noise))


@pytest.mark.parametrize(
    "array",
    [
        '[{ code = "A" },\n{ code = "B" },\n{ code = "C" }]',
        '[\n{ code = "A" }\n, { code = "B" }\n, { code = "C" }\n]',
    ],
    ids=["on_the_rows_of_the_brackets", "with_leading_commas"],
)
def test_elements_have_their_own_lines_in_every_layout(array: str) -> None:  # D24
    lines = lines_of(f"roles = {array}")

    first = 1 if array.startswith("[{") else 2
    assert [lines["roles", number, "code"] for number in range(3)] == [first, first + 1, first + 2]
