"""Rules for roles: which a change may grant or revoke, and which have too few holders."""

from collections.abc import Iterable, Mapping

from core.catalogue.rules import Catalogue
from core.errors import LastHolderError, UnknownRoleError
from core.merging import SetEdit
from core.role_keys import RoleKey

HolderCounts = Mapping[RoleKey, int]
# The roles that an edit grants (`added`) and revokes (`removed`).
RoleChange = SetEdit[RoleKey]


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
