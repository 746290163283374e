"""Texts of refusals to do something that the rules forbid, in the reader's language."""

from core.errors import (
    AdministratorPresentError,
    AlreadyAskedError,
    ChangedMeanwhileError,
    EditedMeanwhileError,
    FormExpiredError,
    LastHolderError,
    LinkedToAnotherError,
    NobodyToAskError,
    NotAccessManagerError,
    NotAdministratorError,
    NotAUserError,
    NotCoordinatorError,
    NotFoundError,
    NothingToSendError,
    NotTranslatorError,
    OwnPasswordError,
    RequestClosedError,
    ResetNeededError,
    RestoreExpiredError,
    RuleError,
    SignInRefusedError,
    StillManagesError,
    TaskClosedError,
    TemporaryPasswordExpiredError,
    UserGoneError,
)
from core.languages.texts import Texts


def action_texts(t: Texts) -> dict[type[RuleError], str]:
    """Return the text of each refusal to do something, by its class."""
    _ = t.gettext
    return {
        NotAdministratorError: _(
            "Only an administrator of your authority can do this. Ask one of your administrators."
        ),
        NotAUserError: _(
            "You have no account in IMI yet. Ask an administrator of your authority to add you."
        ),
        LinkedToAnotherError: _(
            "Your account in IMI is not linked to this Slack account. Ask an administrator of your"
            " authority to link it: /imi-users edit, then your name, then Slack member."
        ),
        NotFoundError: _("This entry no longer exists. Open the list again."),
        ChangedMeanwhileError: _("Someone has changed this in the meantime. Please check again."),
        EditedMeanwhileError: _("Someone has changed this in the meantime. Please check again."),
        UserGoneError: _(
            "This person was a user when the file was checked, but is no longer found"
            " under this address. Check the file again."
        ),
        FormExpiredError: _(
            "This form has been open for too long. Copy what you typed, close the form and open it"
            " again."
        ),
        LastHolderError: _(
            "At least one user in your authority must hold this role. Assign it to"
            " someone else first."
        ),
        NotCoordinatorError: _("Only the national coordinator's administrators can see this."),
        NotAccessManagerError: _(
            "Only the authority's access manager can do this. Contact the access manager."
        ),
        NotTranslatorError: _("Only members of the Commission's channel can translate titles."),
        AdministratorPresentError: _(
            "This authority has an administrator who can act. Ask that administrator to do it."
        ),
        StillManagesError: _(
            "This authority manages other authorities. Ask the system operator to hand them over"
            " to another access manager first."
        ),
        TaskClosedError: _("Someone has translated this title in the meantime."),
        OwnPasswordError: _(
            "You cannot reset your own password. Type /imi-reset without a name to ask"
            " another administrator."
        ),
        NobodyToAskError: _(
            "Your authority has no other administrator. Contact its access manager."
        ),
        AlreadyAskedError: _(
            "The administrators have already received your request today. You can send another"
            " one tomorrow, or contact an administrator."
        ),
        RequestClosedError: _("This request has been decided in the meantime, or has expired."),
        RestoreExpiredError: _("This removal can no longer be undone. Register the person again."),
        NothingToSendError: _(
            "The user has already chosen a password; there is nothing left to send."
        ),
        ResetNeededError: _("Reset the password to send a new temporary password by e-mail."),
        SignInRefusedError: _("Username or password is not correct."),
        TemporaryPasswordExpiredError: _(
            "The temporary password has expired. Ask your administrator for a new one."
        ),
    }
