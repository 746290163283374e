"""The catalogue's data classes: modules, keywords, and roles with a minimum of holders (D24)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.errors import UnknownModuleError, UnknownRoleError
from core.role_keys import WHOLE_AUTHORITY, RoleKey

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Role:
    """A role, and how many users of an authority must hold it (R62, D12).

    `descriptions` say in one line what its holders can do (R63); a catalogue may have none.
    """

    code: str
    names: Names
    min_holders: int = 0
    descriptions: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A term that describes a competence."""

    code: str
    names: Names

    def name_in(self, language: str) -> str:
        """Return the name in the language, else in English."""
        return _name_in(self.names, language)


@dataclass(frozen=True, slots=True)
class KeywordField:
    """A policy field with its general keywords (R34)."""

    code: str
    names: Names
    keywords: tuple[Keyword, ...]

    def name_in(self, language: str) -> str:
        """Return the name in the language, else in English."""
        return _name_in(self.names, language)


@dataclass(frozen=True, slots=True)
class Module:
    """A unit of access with its roles and its keywords (R35)."""

    code: str
    names: Names
    roles: tuple[Role, ...]
    keywords: tuple[Keyword, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A whole catalogue, in the order of its file."""

    authority_roles: tuple[Role, ...]
    modules: tuple[Module, ...]
    fields: tuple[KeywordField, ...] = field(default=())

    def module(self, code: str) -> Module:
        """Return the module.

        Raises:
            UnknownModuleError: the catalogue has none of this code.
        """
        for module in self.modules:
            if module.code == code:
                return module
        raise UnknownModuleError

    def role(self, key: RoleKey) -> Role:
        """Return the role.

        Raises:
            UnknownRoleError: the catalogue has none of this key.
        """
        for role in self._roles_of(key.module):
            if role.code == key.role:
                return role
        raise UnknownRoleError

    def roles_in(self, modules: Iterable[str]) -> tuple[RoleKey, ...]:
        """Return every role of an authority with these modules, authority-wide ones first (D13)."""
        wanted = set(modules)
        codes = [WHOLE_AUTHORITY, *(m.code for m in self.modules if m.code in wanted)]
        return tuple(RoleKey(code, role.code) for code in codes for role in self._roles_of(code))

    def selectable_keywords(self, module_code: str) -> frozenset[str]:
        """Return the codes of a module's keywords; the general ones if `module_code` is empty."""
        if module_code == WHOLE_AUTHORITY:
            return frozenset(word.code for field in self.fields for word in field.keywords)
        own = (module.keywords for module in self.modules if module.code == module_code)
        return frozenset(word.code for words in own for word in words)

    def name_of_module(self, code: str, language: str) -> str:
        """Return the module's name in the language, else in English; the code itself if unknown."""
        known = {module.code: module.names for module in self.modules}
        return _name_in(known[code], language) if code in known else code

    def name_of_role(self, key: RoleKey, language: str) -> str:
        """Return the role's name in the language, else in English; the code itself if unknown."""
        known = {role.code: role.names for role in self._roles_of(key.module)}
        return _name_in(known[key.role], language) if key.role in known else key.role

    def description_of_role(self, key: RoleKey, language: str) -> str:
        """Return the role's description in the language, else in English, else ""."""
        known = {role.code: role.descriptions for role in self._roles_of(key.module)}
        descriptions = known.get(key.role, {})
        return descriptions.get(language) or descriptions.get("en", "")

    def min_holders(self, key: RoleKey) -> int:
        """Return how many users must hold the role (D12)."""
        return self.role(key).min_holders

    def _roles_of(self, code: str) -> tuple[Role, ...]:
        if code == WHOLE_AUTHORITY:
            return self.authority_roles
        return next((module.roles for module in self.modules if module.code == code), ())


def _name_in(names: Names, language: str) -> str:
    return names.get(language) or names["en"]
