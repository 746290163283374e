"""Finds the requirement numbers that files cite, such as `R46` or `R6-R8`.

A citation is an R, D or C with one or two digits, standing as a word by itself:

- in Python in a comment, in a docstring, or in another string in parentheses: `"… (R72, D4)"`;
- in Markdown anywhere but in code;
- in other files in a comment.

A range, with a hyphen or a dash, cites each of its members.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Not parts of longer words: ids (C0123456, U0ANNA), linters' codes (D105), versions, paths.
_CITATION = re.compile(
    r"(?<![\w.\\+-])(?<![a-z_]/)([RDC])([1-9]\d?)(?:[-–]\1?([1-9]\d?))?(?![\w-])(?!\.\d)"
)
_ONE = r"[RDC][1-9]\d?(?:[-–][RDC]?[1-9]\d?)?"
_IN_PARENTHESES = re.compile(rf"\({_ONE}(?:, {_ONE})*\)")
_MARKDOWN_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_HASHES = re.compile(r"(?<!\S)#.*")
_SLASHES = re.compile(r"/\*.*?\*/|(?<!\S)//[^\n]*", re.DOTALL)
_BRACES = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_COMMENTS = {
    **dict.fromkeys(("", ".toml", ".yml", ".yaml", ".sh"), _HASHES),
    **dict.fromkeys((".js", ".css"), _SLASHES),
    **dict.fromkeys((".html", ".txt"), _BRACES),
}
_FOLDERS = ("bot", "handlers", "core", "sandbox", "tests", "benchmarks", "docs", "deploy", ".ci")

# A line's number in its file, and the text that begins there.
Part = tuple[int, str]


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """A number, and the line of the file that cites it."""

    path: str
    line: int
    number: str


def files() -> Iterator[Path]:
    """Return the project's files: those at the top, and all in its folders."""
    yield from (path for path in Path().iterdir() if path.is_file())
    for folder in _FOLDERS:
        yield from (path for path in Path(folder).rglob("*") if path.is_file())


def numbers_in(text: str) -> list[str]:
    """Return the numbers that a text cites, with each member of its ranges."""
    return [
        f"{letter}{number}"
        for letter, first, last in _CITATION.findall(text)
        for number in range(int(first), int(last or first) + 1)
    ]


def cited_in(path: Path) -> list[Citation]:
    """Return what the file cites; nothing of a file whose kind has no comments known here."""
    if path.suffix not in {".py", ".md", *_COMMENTS} or path.name.startswith("."):
        return []
    text = path.read_text("utf-8", errors="replace")
    # Most files cite nothing, and to read Python takes a while.
    parts = parts_of(text, path.suffix) if _CITATION.search(text) else ()
    return [
        Citation(str(path), line, number)
        for first, part in parts
        for line, text in enumerate(part.splitlines(), first)
        for number in numbers_in(text)
    ]


def cited_by_tests_in(text: str) -> set[str]:
    """Return what the tests in a Python file cite, each in its own comments and docstring."""
    tree = ast.parse(text)
    lines = {line for test in _tests_in(tree) for line in _lines_of(test)}
    parts = [*_comments_in(text), *_docstrings_in(tree)]
    return {number for line, part in parts if line in lines for number in numbers_in(part)}


def parts_of(text: str, suffix: str) -> Iterable[Part]:
    """Return the parts of a file's text in which a citation may stand."""
    if suffix == ".py":
        tree = ast.parse(text)
        return [*_comments_in(text), *_docstrings_in(tree), *_parentheses_in(tree)]
    if suffix == ".md":
        return [(1, _MARKDOWN_CODE.sub(lambda code: "\n" * code[0].count("\n"), text))]
    found = _COMMENTS[suffix].finditer(text)
    return [(text.count("\n", 0, comment.start()) + 1, comment[0]) for comment in found]


def _comments_in(text: str) -> Iterator[Part]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _docstrings_in(tree: ast.Module) -> Iterator[Part]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False)
            if docstring is not None:
                yield node.body[0].lineno, docstring


def _parentheses_in(tree: ast.Module) -> Iterator[Part]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node.lineno, found) for found in _IN_PARENTHESES.findall(node.value))


def _tests_in(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("test_"):
            yield node


def _lines_of(test: ast.FunctionDef | ast.AsyncFunctionDef) -> range:
    first = min([test.lineno, *(decorator.lineno for decorator in test.decorator_list)])
    return range(first, (test.end_lineno or test.lineno) + 1)
