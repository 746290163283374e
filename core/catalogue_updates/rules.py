"""Compares two catalogues of modules, roles and keywords (D24).

The comparison lists items that are added, items that are dropped while in use, and items that are
dropped unused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.catalogue.rules import Catalogue, Keyword
from core.role_keys import WHOLE_AUTHORITY, RoleKey


class ItemKind(StrEnum):
    """The kinds of items in a catalogue."""

    MODULE = "module"
    ROLE = "role"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True, order=True)
class CatalogueItem:
    """A module, role or keyword; `module` is empty for the whole authority."""

    kind: ItemKind
    module: str
    code: str = ""

    def __str__(self) -> str:
        if self.kind is ItemKind.MODULE:
            return f"module {self.module}"
        name = f"{self.module}:{self.code}" if self.module else self.code
        return f"{self.kind} {name}"


# The number of authorities with the module or keyword, or of users with the role.
Usage = Mapping[CatalogueItem, int]


@dataclass(frozen=True, slots=True)
class CatalogueComparison:
    """The items that are added, those dropped unused, and those in use that would be dropped."""

    added: tuple[CatalogueItem, ...]
    dropped: tuple[CatalogueItem, ...]
    in_use: Usage

    @property
    def modules(self) -> frozenset[str]:
        """Return the codes of the dropped modules that authorities have."""
        return frozenset(item.module for item in self.in_use if item.kind is ItemKind.MODULE)

    @property
    def roles(self) -> frozenset[RoleKey]:
        """Return the dropped roles that users hold."""
        roles = (item for item in self.in_use if item.kind is ItemKind.ROLE)
        return frozenset(RoleKey(role.module, role.code) for role in roles)

    @property
    def keywords(self) -> frozenset[tuple[str, str]]:
        """Return the dropped keywords that authorities chose, each as module and code."""
        return frozenset(
            (item.module, item.code) for item in self.in_use if item.kind is ItemKind.KEYWORD
        )


def compare_catalogues(old: Catalogue | None, new: Catalogue, usage: Usage) -> CatalogueComparison:
    """Compare the new catalogue with the old one, if any, and with the items in use."""
    before = set() if old is None else items_of(old)
    after = items_of(new)
    in_use = {item: usage[item] for item in sorted(usage.keys() - after)}
    return CatalogueComparison(
        tuple(sorted(after - before)), tuple(sorted(before - after - in_use.keys())), in_use
    )


def items_of(catalogue: Catalogue) -> set[CatalogueItem]:
    """Return every item of the catalogue."""
    items = {
        CatalogueItem(ItemKind.ROLE, WHOLE_AUTHORITY, role.code)
        for role in catalogue.authority_roles
    }
    for module in catalogue.modules:
        items.add(CatalogueItem(ItemKind.MODULE, module.code))
        items |= {CatalogueItem(ItemKind.ROLE, module.code, role.code) for role in module.roles}
        items |= _keywords(module.code, module.keywords)
    for policy_field in catalogue.fields:
        items |= _keywords(WHOLE_AUTHORITY, policy_field.keywords)
    return items


def _keywords(module: str, keywords: Iterable[Keyword]) -> set[CatalogueItem]:
    return {CatalogueItem(ItemKind.KEYWORD, module, keyword.code) for keyword in keywords}
