"""The key of a role: `MODULE:ROLE`, or `:ROLE` for a role of the whole authority (D13).

MODULE and ROLE are codes in the catalogue. The administrators' role is `:ADMIN`.
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
