"""Refusals that are about no field: this person, this moment, this door."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from core.errors.inputs import RuleError

if TYPE_CHECKING:
    from core.role_keys import RoleKey


class NotAllowedError(RuleError):
    """This person may not do this."""


class NotAUserError(NotAllowedError):
    """The Slack member is not linked to an IMI user."""


class NotAdministratorError(NotAllowedError):
    """Only an administrator of the authority may do this (R38)."""


class MemberFault(StrEnum):
    """Why a Slack member is never an IMI user (D21)."""

    GUEST = "guest"
    BOT = "bot"
    STRANGER = "stranger"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"


class MemberRefusedError(NotAllowedError):
    """Guests, bots, other workspaces' people and deactivated members are refused (D21)."""

    def __init__(self, fault: MemberFault, field: str | None = None) -> None:
        super().__init__(f"This Slack member is refused: {fault}.")
        self.fault = fault
        self.field = field


class NotFoundError(RuleError):
    """There is no such thing, or this person may not know of it."""


class ChangedMeanwhileError(RuleError):
    """What this was based on has changed since it was read (D23)."""


class NothingToSendError(RuleError):
    """What was to be sent again has no use any more: the user has chosen a password, or is gone."""


class ResetNeededError(RuleError):
    """A temporary password that ran out is not sent again: only a reset helps (D2)."""


class SignInError(RuleError):
    """The portal's door stays closed."""


class SignInRefusedError(SignInError):
    """Unknown username, wrong password, blocked, removed: one answer for all (D3)."""


class TemporaryLapsedError(SignInError):
    """The temporary password was right and too old; only a reset helps (D2)."""


class ThrottledError(SignInError):
    """Too many attempts from this address (D3)."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__("Too many attempts from this address.")
        self.retry_at = retry_at


class LastHolderError(NotAllowedError):
    """A role would have fewer holders than it must have (R62, D12)."""

    def __init__(self, role: "RoleKey", least: int) -> None:
        super().__init__(f"The role {role} needs {least} holders.")
        self.role = role
        self.least = least


class OwnPasswordError(NotAllowedError):
    """Nobody resets their own password (R67, D11); they may ask for it."""


class EditedMeanwhileError(ChangedMeanwhileError):
    """Somebody else edited the same user since the form was opened (D23).

    `fields` are the names of the fields, as in `core.accounts.editing.Details`, that differ now.
    """

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__("Changed meanwhile: " + ", ".join(fields))
        self.fields = fields


class RequestClosedError(ChangedMeanwhileError):
    """The request for a reset was decided by somebody else, or has lapsed (D11)."""


class RestoreLapsedError(NotAllowedError):
    """The days in which a removal can be undone are over."""


class NobodyToAskError(NotAllowedError):
    """Nobody else administers the authority, so that nobody can grant a request (D11)."""


class NotAccessManagerError(NotAllowedError):
    """Only the authority's access manager may do this (R18, R19, R26, D15)."""


class NotCoordinatorError(NotAllowedError):
    """Only the country's coordinator, whom nobody manages, sees how the product is."""


class StillManagesError(NotAllowedError):
    """An access manager that looks after others cannot be removed (D15)."""


class NotTranslatorError(NotAllowedError):
    """Only who is in the Commission's channel translates titles (D17)."""


class TaskClosedError(ChangedMeanwhileError):
    """Somebody has translated the title meanwhile (D17)."""
