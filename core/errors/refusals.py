"""Refusals that concern no field: a missing permission, a concurrent change, a failed sign-in."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors.inputs import RuleError
from core.role_keys import RoleKey


class NotAllowedError(RuleError):
    """This person may not do this."""


class NotAUserError(NotAllowedError):
    """The Slack member is not linked to an IMI user.

    `askable` are the names of administrators whom they can ask.
    """

    askable: tuple[str, ...] = ()


class LinkedToAnotherError(NotAllowedError):
    """The Slack member's address is a user's who is, or was, linked to another member (D21)."""


class NotAdministratorError(NotAllowedError):
    """Only an administrator of the authority may do this (R38).

    `askable` are the names of administrators whom the user can ask.
    """

    askable: tuple[str, ...] = ()


class MemberFault(StrEnum):
    """The reasons why a Slack member cannot be an IMI user (D21)."""

    GUEST = "guest"
    BOT = "bot"
    STRANGER = "stranger"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"
    UNDESCRIBED = "undescribed"


class MemberRefusedError(NotAllowedError):
    """The Slack member is a guest, a bot, deactivated, unknown or of another workspace (D21)."""

    def __init__(self, fault: MemberFault, field: str | None = None) -> None:
        super().__init__(f"This Slack member is refused: {fault}.")
        self.fault = fault
        self.field = field


class NotFoundError(RuleError):
    """The thing does not exist, or this person may not know of it."""


class ChangedMeanwhileError(RuleError):
    """The data that the request was based on has changed since it was read (D23)."""


class NothingToSendError(RuleError):
    """Sending the message again is pointless: the user has chosen a password, or was removed."""


class ResetNeededError(RuleError):
    """An expired temporary password is not sent again; only a reset helps (D2)."""


class SignInError(RuleError):
    """The portal refuses the sign-in."""


class SignInRefusedError(SignInError):
    """An unknown username, a wrong password, a blocked or removed user: one answer for all (D3)."""


class TemporaryPasswordExpiredError(SignInError):
    """The temporary password was right but has expired; only a reset helps (D2)."""


class ThrottledError(SignInError):
    """Too many attempts from this address (D3); `retry_at` is when the next one is possible.

    `wait` is how long that is from now.
    """

    def __init__(self, now: datetime, wait: timedelta) -> None:
        super().__init__("Too many attempts from this address.")
        self.retry_at = now + wait
        self.wait = wait


class LastHolderError(NotAllowedError):
    """The role would have fewer than the `least` holders that it must have (R62, D12)."""

    def __init__(self, role: RoleKey, least: int) -> None:
        super().__init__(f"The role {role} needs {least} holders.")
        self.role = role
        self.least = least


class OwnPasswordError(NotAllowedError):
    """Users cannot reset their own password (R67, D11); they can request it."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that somebody else changed since the form was opened (D23).

    `by` is the name of the person who changed it, if they belong to the reader's authority, else
    empty; `before` is None if the value that the form showed is not known any more. Names and
    values are personal data, so that no representation shows them.
    """

    field: str
    by: str = dataclasses.field(repr=False)
    before: str | None = dataclasses.field(repr=False)
    after: str = dataclasses.field(repr=False)


class EditedMeanwhileError(ChangedMeanwhileError):
    """Somebody else edited the same data since the form was opened (D23).

    `fields` are the names of the fields that changed meanwhile; `changes` say more about them
    where that is known.
    """

    def __init__(self, fields: tuple[str, ...], changes: tuple[FieldChange, ...] = ()) -> None:
        super().__init__("Changed meanwhile: " + ", ".join(fields))
        self.fields = fields
        self.changes = changes

    @classmethod
    def of(cls, changes: tuple[FieldChange, ...]) -> "EditedMeanwhileError":
        """Return the refusal because of these changes."""
        return cls(tuple(change.field for change in changes), changes)


class FormExpiredError(RuleError):
    """The form was open for too long: the input of its other tabs has been deleted (R23)."""


class UserGoneError(ChangedMeanwhileError):
    """A row's address was a user's when the file was checked, and is none's now (D23).

    `by` is the name of the person who removed that user. It is empty if the address was changed, or
    if the trail does not say.
    """

    def __init__(self, by: str) -> None:
        super().__init__("The address belonged to a user when the file was checked.")
        self.by = by


class RequestClosedError(ChangedMeanwhileError):
    """Somebody else decided the request for a reset, or it has expired (D11)."""


class AlreadyAskedError(NotAllowedError):
    """The user sent administrators the same request today, or too many others."""


class RequestPausedError(NotAllowedError):
    """The user's last request was declined; `until` is when they can ask again (D11).

    `tz` is the IANA name of the time zone in which the user reads it.
    """

    def __init__(self, until: datetime, tz: str = "UTC") -> None:
        super().__init__("The last request was declined.")
        self.until = until
        self.tz = tz


class RestoreExpiredError(NotAllowedError):
    """The period in which a removal can be undone is over (D14)."""


class NobodyToAskError(NotAllowedError):
    """The authority has no other administrator, so nobody can grant a request (D11)."""


class NotAccessManagerError(NotAllowedError):
    """Only the authority's access manager may do this (R18, R19, R26, D15).

    `manager` is the title of that access manager, in the reader's language.
    """

    manager: str = ""


class NotCoordinatorError(NotAllowedError):
    """Only the national coordinator, which no authority manages, may see the product's health."""


class AdministratorPresentError(NotAllowedError):
    """The authority has an administrator who can act, so its access manager names none (D12)."""


class StillManagesError(NotAllowedError):
    """An access manager that manages other authorities cannot be removed (D15)."""


class NotTranslatorError(NotAllowedError):
    """Only members of the Commission's channel may translate titles (D17)."""


class TaskClosedError(ChangedMeanwhileError):
    """Somebody else has translated the title meanwhile (D17)."""
