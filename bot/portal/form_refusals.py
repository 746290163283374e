"""The reasons why a form of the portal is shown again: above the form, and at its fields."""

from dataclasses import dataclass, field
from typing import Any

from core.languages.texts import Texts

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class FormRefusal:
    """The HTTP status, the sentences above the form, and what to do at each field by its id."""

    status: int = UNPROCESSABLE
    problems: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """Return the values for the template."""
        return {"problems": self.problems, "errors": self.errors}


# For a form that was not sent yet.
NO_REFUSAL = FormRefusal(status=200)


def form_too_old(t: Texts) -> FormRefusal:
    """Return the refusal of a form whose CSRF token is not valid."""
    text = t.gettext("The form has expired. Please submit it again.")
    return FormRefusal(403, (text,))


def empty_current_password(t: Texts) -> dict[str, str]:
    """Return what to do if the current password was not typed."""
    return {"current": t.gettext("Type your current password.")}


def wrong_current_password(t: Texts) -> dict[str, str]:
    """Return what to do if the current password is another one."""
    wrong, again = t.gettext("The current password is not correct."), t.gettext("Type it again.")
    return {"current": f"{wrong} {again}"}


def errors_of_new_password(t: Texts, password: str, again: str) -> dict[str, str]:
    """Return what to do if the new password was not typed, or not twice."""
    if not password:
        return {"password": t.gettext("Type a new password.")}
    if password == again:
        return {}
    different = t.gettext("The two passwords are not the same. Please type both again.")
    return {"password": different, "again": t.gettext("Type the new password once more.")}
