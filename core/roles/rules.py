"""Rules for roles: which a change may grant or revoke, and which have too few holders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.catalogue.rules import Catalogue
from core.errors import LastHolderError, UnknownRoleError
from core.role_keys import RoleKey

HolderCounts = Mapping[RoleKey, int]


@dataclass(frozen=True, slots=True)
class RoleChange:
    """The roles that an edit grants (`granted`) and revokes (`revoked`)."""

    granted: frozenset[RoleKey]
    revoked: frozenset[RoleKey]

    @property
    def is_none(self) -> bool:
        """Return whether it changes nothing."""
        return not self.granted and not self.revoked


def change_between(held: Iterable[RoleKey], wanted: Iterable[RoleKey]) -> RoleChange:
    """Return the change that leads from the roles held to those wanted."""
    before, after = frozenset(held), frozenset(wanted)
    return RoleChange(after - before, before - after)


def remaining_change(
    seen: Iterable[RoleKey], wanted: Iterable[RoleKey], held: Iterable[RoleKey]
) -> RoleChange:
    """Return what is left of the change from the roles seen to those wanted, given those held now.

    What somebody else has granted or revoked already is left out (D23).
    """
    intended, now = change_between(seen, wanted), frozenset(held)
    return RoleChange(intended.granted - now, intended.revoked & now)


def require_possible(
    granted: Iterable[RoleKey], modules: Iterable[str], catalogue: Catalogue
) -> None:
    """Refuse to grant a role outside the authority's modules; one held already may stay (D13).

    Raises:
        UnknownRoleError: one of the roles cannot be granted.
    """
    if not set(granted) <= set(catalogue.roles_in(modules)):
        raise UnknownRoleError


def require_holders(revoked: Iterable[RoleKey], others: HolderCounts, catalogue: Catalogue) -> None:
    """Refuse to revoke a role from one user if too few others hold it (R62, D12).

    `others` is the number of other holders of each role. A role that has too few already may not
    lose another.

    Raises:
        LastHolderError: names the first such role.
    """
    for key in sorted(revoked):
        least = min_holders_of(key, catalogue)
        if others.get(key, 0) < least:
            raise LastHolderError(key, least)


def role_gaps(
    modules: Iterable[str], holders: HolderCounts, catalogue: Catalogue
) -> tuple[RoleKey, ...]:
    """Return the roles with too few holders, in the order of the catalogue (R61, D12)."""
    return tuple(
        key
        for key in catalogue.roles_in(modules)
        if holders.get(key, 0) < catalogue.min_holders(key)
    )


def min_holders_of(key: RoleKey, catalogue: Catalogue) -> int:
    """Return how many holders the role must have; 0 for one that left the catalogue."""
    try:
        return catalogue.min_holders(key)
    except UnknownRoleError:
        return 0
