"""Names of roles, and lists of roles grouped by module."""

from core.catalogue.rules import Catalogue
from core.languages.punctuation import labelled
from core.role_keys import RoleKey
from core.users.rules import User
from handlers.ui.markdown import escaped


def role_name(key: RoleKey, catalogue: Catalogue, language: str) -> str:
    """Return the name of a role, preceded by the name of its module."""
    role = catalogue.name_of_role(key, language)
    if not key.module:
        return role
    return labelled(catalogue.name_of_module(key.module, language), role, language)


def user_role_lines(user: User, catalogue: Catalogue, language: str) -> list[str]:
    """Return one line per module with the roles that the user holds in it."""
    return role_lines(user.roles, catalogue, language)


def role_lines(keys: tuple[RoleKey, ...], catalogue: Catalogue, language: str) -> list[str]:
    """Return one line per module with the roles in it, escaped for markdown."""
    return [escaped(line) for line in plain_role_lines(keys, catalogue, language)]


def plain_role_lines(keys: tuple[RoleKey, ...], catalogue: Catalogue, language: str) -> list[str]:
    """Return one line per module with the roles in it, for texts without markup."""
    ordered_keys, lines = ordered_roles(keys, catalogue), []
    for module in dict.fromkeys(key.module for key in ordered_keys):
        names = [
            catalogue.name_of_role(key, language) for key in ordered_keys if key.module == module
        ]
        name = catalogue.name_of_module(module, language) if module else None
        roles = ", ".join(names)
        lines.append(labelled(name, roles, language) if name else roles)
    return lines


def ordered_roles(keys: tuple[RoleKey, ...], catalogue: Catalogue) -> list[RoleKey]:
    """Return the roles in the catalogue's order; roles that it does not know come last."""
    known = catalogue.roles_in(key.module for key in keys)
    return [key for key in known if key in keys] + [key for key in keys if key not in known]
