"""What a new catalogue brings and drops, and what of that is in use (D24); pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.catalogue.rules import Catalogue
from core.role_keys import WHOLE_AUTHORITY, RoleKey


class ItemKind(StrEnum):
    """What a catalogue holds."""

    MODULE = "module"
    ROLE = "role"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True, order=True)
class CatalogueItem:
    """A module, a role or a keyword; the empty module is the whole authority's."""

    kind: ItemKind
    module: str
    code: str = ""

    def __str__(self) -> str:
        if self.kind is ItemKind.MODULE:
            return f"module {self.module}"
        name = f"{self.module}:{self.code}" if self.module else self.code
        return f"{self.kind} {name}"


# How many authorities have the module or the keyword, how many users hold the role.
Usage = Mapping[CatalogueItem, int]


@dataclass(frozen=True, slots=True)
class CatalogueComparison:
    """What is new, what goes without notice, and what is in use and would go: with how many."""

    added: tuple[CatalogueItem, ...]
    dropped: tuple[CatalogueItem, ...]
    in_use: Usage

    @property
    def modules(self) -> frozenset[str]:
        """Return the modules that would go although authorities have them."""
        return frozenset(one.module for one in self.in_use if one.kind is ItemKind.MODULE)

    @property
    def roles(self) -> frozenset[RoleKey]:
        """Return the roles that would go although somebody holds them."""
        roles = (one for one in self.in_use if one.kind is ItemKind.ROLE)
        return frozenset(RoleKey(one.module, one.code) for one in roles)

    @property
    def keywords(self) -> frozenset[tuple[str, str]]:
        """Return the keywords, with their modules, that would go although they are chosen."""
        return frozenset(
            (one.module, one.code) for one in self.in_use if one.kind is ItemKind.KEYWORD
        )


def compare_catalogues(old: Catalogue | None, new: Catalogue, usage: Usage) -> CatalogueComparison:
    """Return how the new catalogue differs from the old one, if any, and from what is in use."""
    before = set() if old is None else items_of(old)
    after = items_of(new)
    in_use = {one: usage[one] for one in sorted(usage.keys() - after)}
    return CatalogueComparison(
        tuple(sorted(after - before)), tuple(sorted(before - after - in_use.keys())), in_use
    )


def items_of(catalogue: Catalogue) -> set[CatalogueItem]:
    """Return all that the catalogue holds."""
    found = {
        CatalogueItem(ItemKind.ROLE, WHOLE_AUTHORITY, one.code) for one in catalogue.authority_roles
    }
    for module in catalogue.modules:
        found.add(CatalogueItem(ItemKind.MODULE, module.code))
        found |= {CatalogueItem(ItemKind.ROLE, module.code, one.code) for one in module.roles}
        found |= {CatalogueItem(ItemKind.KEYWORD, module.code, one.code) for one in module.keywords}
    for policy_field in catalogue.fields:
        found |= {
            CatalogueItem(ItemKind.KEYWORD, WHOLE_AUTHORITY, one.code)
            for one in policy_field.keywords
        }
    return found
