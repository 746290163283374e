"""Finds the texts that the handlers put in places where Slack limits the length.

It reads the syntax trees of `handlers/`: for each title, button, option, placeholder and header it
follows the expression to the texts that it can show, through variables, parameters and functions.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "handlers"
TITLE, BUTTON, PLACEHOLDER = 24, 75, 150
MODALS = {"ModalView", "Modal"}
MODAL_TEXTS = {"title", "submit", "close"}
FIRST_ARGUMENTS = {"Button": BUTTON, "Option": BUTTON, "HeaderBlock": PLACEHOLDER}
GETTEXT = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2}
# Functions whose texts are short: the names of languages, and texts that are cut to the limit.
SHORT = {"language_name", "_cut"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Message:
    """A text as the code has it; `many` is its plural, `context` that of `pgettext`."""

    text: str
    many: str = ""
    context: str = ""


@dataclass(frozen=True)
class Place:
    """An argument that Slack limits, and the texts that it can show."""

    where: str
    limit: int
    messages: frozenset[Message]
    unknown: tuple[str, ...]


class Module:
    """A source file with the functions around each of its nodes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text())
        self.parents = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around this one, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node


class Search:
    """All places in the handlers."""

    def __init__(self, package: Path = PACKAGE) -> None:
        self.modules = [Module(path) for path in sorted(package.rglob("*.py"))]

    @cached_property
    def calls(self) -> list[tuple[Module, ast.Call]]:
        """All calls."""
        return [
            (module, node)
            for module in self.modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call)
        ]

    @cached_property
    def functions(self) -> dict[str, list[tuple[Module, Function]]]:
        """All functions by their names."""
        found: dict[str, list[tuple[Module, Function]]] = {}
        for module in self.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, Function):
                    found.setdefault(node.name, []).append((module, node))
        return found

    def places(self) -> Iterator[Place]:
        """Yield each place with its texts."""
        for module, call in self.calls:
            for argument, limit in _limited(call):
                reading = _Reading(self)
                reading.read(module, argument)
                where = f"{module.path.name}:{argument.lineno}"
                yield Place(where, limit, frozenset(reading.found), tuple(reading.unknown))


class _Reading:
    """The texts that one expression can show."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.found: set[Message] = set()
        self.unknown: list[str] = []
        self.seen: set[tuple[Path, ast.AST]] = set()

    def read(self, module: Module, node: ast.AST) -> None:
        """Add the texts of the expression, and the parts that cannot be followed."""
        if (module.path, node) in self.seen:
            return
        self.seen.add((module.path, node))
        match node:
            case ast.Call():
                self._read_call(module, node)
            case ast.Name():
                self._read_name(module, node)
            case ast.Constant(value=value):
                self.found |= {Message(value)} if isinstance(value, str) else set()
            case ast.Subscript(slice=ast.Slice()):
                pass  # cut to the length
            case _:
                self._read_parts(module, node)

    def _read_parts(self, module: Module, node: ast.AST) -> None:
        match node:
            case ast.IfExp(body=body, orelse=orelse):
                parts = [body, orelse]
            case ast.Subscript(value=value):
                parts = [value]
            case (
                ast.BoolOp(values=values)
                | ast.Dict(values=values)
                | ast.Tuple(elts=values)
                | ast.List(elts=values)
            ):
                parts = values
            case _:
                parts = []
                self.unknown.append(ast.unparse(node))
        for part in parts:
            self.read(module, part)

    def _read_call(self, module: Module, call: ast.Call) -> None:
        name = _name_of(call)
        if name in SHORT:
            return
        if name in GETTEXT:
            self.found.add(_message(call, name))
        elif name == "PlainText":
            self.read(module, call.args[0])
        elif name in {"items", "values"} and isinstance(call.func, ast.Attribute):
            self.read(module, call.func.value)
        elif functions := self._called(module, name):
            where, function = functions
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    self.read(where, node.value)
        else:
            self.unknown.append(ast.unparse(call))

    def _called(self, module: Module, name: str) -> tuple[Module, Function] | None:
        """Return the function that is called by this name; None if it is not in the handlers."""
        found = self.search.functions.get(name, [])
        here = [(where, function) for where, function in found if where is module]
        if len(here) == 1:
            return here[0]
        return found[0] if len(found) == 1 and not name.startswith("_") else None

    def _read_name(self, module: Module, name: ast.Name) -> None:
        scopes = list(module.around(name))
        for scope in scopes:
            if values := list(_bound_to(scope, name.id)):
                for value in values:
                    self.read(module, value)
                return
            if isinstance(scope, Function) and name.id in _parameters(scope):
                self._read_arguments(module, scope, name.id)
                return
        self.unknown.append(name.id)

    def _read_arguments(self, home: Module, function: Function, name: str) -> None:
        """Read what the callers pass as this parameter."""
        place, private = _parameters(function).index(name), function.name.startswith("_")
        for module, call in self.search.calls:
            if _name_of(call) != function.name or (private and module is not home):
                continue
            by_name = {keyword.arg: keyword.value for keyword in call.keywords}
            if name in by_name:
                self.read(module, by_name[name])
            elif place < len(call.args):
                self.read(module, call.args[place])


def _limited(call: ast.Call) -> Iterator[tuple[ast.expr, int]]:
    name = _name_of(call)
    if name in FIRST_ARGUMENTS and call.args:
        yield call.args[0], FIRST_ARGUMENTS[name]
    for keyword in call.keywords:
        if name in MODALS and keyword.arg in MODAL_TEXTS:
            yield keyword.value, TITLE
        if keyword.arg == "placeholder":
            yield keyword.value, PLACEHOLDER


def _name_of(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _message(call: ast.Call, name: str) -> Message:
    texts = [argument.value for argument in call.args[: GETTEXT[name]]]  # type: ignore[attr-defined]
    if name == "pgettext":
        return Message(texts[1], context=texts[0])
    return Message(*texts)


def _parameters(function: Function) -> list[str]:
    names = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
    return names[1:] if names[:1] == ["self"] else names


def _bound_to(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield what the scope binds the name to: by assignment, or as the variable of a loop."""
    if isinstance(scope, ast.DictComp | ast.ListComp | ast.GeneratorExp | ast.SetComp):
        for generator in scope.generators:
            yield from _bound_in(generator.target, generator.iter, name)
    if isinstance(scope, Function):
        for node in ast.walk(scope):
            if isinstance(node, ast.For):
                yield from _bound_in(node.target, node.iter, name)
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    yield from _bound_in(target, node.value, name)


def _bound_in(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    match target, value:
        case ast.Name(id=bound), _ if bound == name:
            yield value
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for part, bound_value in zip(targets, values, strict=True):
                yield from _bound_in(part, bound_value, name)
        case ast.Tuple(elts=targets), _:
            if any(isinstance(part, ast.Name) and part.id == name for part in targets):
                yield value
