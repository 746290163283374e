"""Which roles may be given and taken: those of the authority's modules, never the last holder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.catalogue.rules import Catalogue
from core.errors import LastHolderError, UnknownRoleError
from core.role_keys import RoleKey

Holders = Mapping[RoleKey, int]


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What an edit gives and takes."""

    given: frozenset[RoleKey]
    taken: frozenset[RoleKey]

    @property
    def is_none(self) -> bool:
        """Say whether it changes nothing."""
        return not self.given and not self.taken


def change_between(held: Iterable[RoleKey], wanted: Iterable[RoleKey]) -> RoleChange:
    """Return what leads from the roles held to those wanted."""
    before, after = frozenset(held), frozenset(wanted)
    return RoleChange(after - before, before - after)


def require_possible(
    given: Iterable[RoleKey], modules: Iterable[str], catalogue: Catalogue
) -> None:
    """Refuse a role outside the authority's modules; one held from before may stay (D13).

    Raises:
        UnknownRoleError: a role that cannot be given.
    """
    if not set(given) <= set(catalogue.roles_in(modules)):
        raise UnknownRoleError


def require_holders(taken: Iterable[RoleKey], holders: Holders, catalogue: Catalogue) -> None:
    """Refuse to take a role from one holder where too few would be left (R62, D12).

    `holders` is how many hold each role before; what lies below the least already may not sink.

    Raises:
        LastHolderError: the first such role, in the catalogue's order.
    """
    for key in sorted(taken):
        least = min_holders_of(key, catalogue)
        if least and holders.get(key, 0) - 1 < least:
            raise LastHolderError(key, least)


def unfilled_roles(
    modules: Iterable[str], holders: Holders, catalogue: Catalogue
) -> tuple[RoleKey, ...]:
    """Return the roles that fewer hold than must, in the catalogue's order (R61, D12)."""
    return tuple(
        key
        for key in catalogue.roles_in(modules)
        if holders.get(key, 0) < catalogue.min_holders(key)
    )


def min_holders_of(key: RoleKey, catalogue: Catalogue) -> int:
    """Return how many must hold the role; none where the catalogue knows it no more."""
    try:
        return catalogue.min_holders(key)
    except UnknownRoleError:
        return 0
