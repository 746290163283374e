"""The key of a role: the code of its module and its own code, written `MODULE:ROLE` (D13).

A role of the whole authority has no module: `:ADMIN`.
"""

from dataclasses import dataclass

WHOLE_AUTHORITY = ""


@dataclass(frozen=True, slots=True, order=True)
class RoleKey:
    """A role in a module; `module` is empty for a role of the whole authority."""

    module: str
    role: str

    @classmethod
    def parse(cls, text: str) -> "RoleKey":
        """Read `MODULE:ROLE`.

        Raises:
            ValueError: the text does not have this form.
        """
        module, colon, role = text.partition(":")
        if not colon or not role:
            raise ValueError("A role is written MODULE:ROLE.")
        return cls(module, role)

    def __str__(self) -> str:
        return f"{self.module}:{self.role}"


ADMINISTRATOR = RoleKey(WHOLE_AUTHORITY, "ADMIN")
