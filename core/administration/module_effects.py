"""Data classes of the effects of a change of modules, and of its result (R19, D13)."""

from dataclasses import dataclass

from core.administration.unlinking import LinkedModules
from core.authorities.rules import Authority
from core.role_keys import RoleKey
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class ModuleChangeEffects:
    """The effects of a module change: the modules granted and withdrawn, the roles that end.

    `coordinator_gained` are the modules that the authority coordinates from now on,
    `coordinator_lost` those that it keeps and no longer coordinates; `unlinked` are authorities
    that lose it as a coordinator.
    """

    granted: tuple[str, ...]
    withdrawn: tuple[str, ...]
    ending: tuple[tuple[User, tuple[RoleKey, ...]], ...]
    coordinator_gained: tuple[str, ...] = ()
    coordinator_lost: tuple[str, ...] = ()
    unlinked: LinkedModules = ()

    @property
    def modules(self) -> dict[str, list[str]]:
        """Return the modules by what happens to them, as the details of a notice have them."""
        names = ("granted", "withdrawn", "coordinator_gained", "coordinator_lost")
        return {name: list(getattr(self, name)) for name in names}


@dataclass(frozen=True, slots=True)
class ChangedModules:
    """The authority after a change; whether there was one, and an administrator is notified."""

    authority: Authority
    changed: bool
    notified: bool
