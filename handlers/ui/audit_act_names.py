"""The names of the acts that the audit trail records, in the reader's language."""

from core.audit.rules import Act
from core.languages.texts import Texts


def audit_act_names(t: Texts) -> dict[Act, str]:
    """Return the name of every act, in the order of the filter's options."""
    _ = t.gettext
    return {
        Act.USER_REGISTERED: _("User registered"),
        Act.USER_EDITED: _("Details changed"),
        Act.ROLES_CHANGED: _("Roles changed"),
        Act.USER_REMOVED: _("User removed"),
        Act.USER_RESTORED: _("User restored"),
        Act.USER_PURGED: _("User erased"),
        Act.MEMBER_LINKED: _("Slack member linked"),
        Act.ADMINISTRATOR_NAMED: _("Administrator named"),
        Act.USERNAME_TOLD: _("Username passed on"),
        Act.USERNAME_REVEALED: _("Username shown"),
        Act.SENT_AGAIN: _("Message sent again"),
        Act.USERS_EXPORTED: _("List of users downloaded"),
        Act.USERS_CHECKED: _("File of users checked"),
        Act.USERS_IMPORTED: _("Users imported"),
        Act.DETAIL_REPORTED: _("Wrong detail reported"),
        Act.OWN_DATA_TAKEN: _("Own data downloaded"),
        Act.TRAIL_EXPORTED: _("Audit trail downloaded"),
        Act.PASSWORD_RESET: t.pgettext("act in the audit trail", "Password reset"),
        Act.RESET_REQUESTED: _("New password requested"),
        Act.RESET_DECLINED: _("Password request declined"),
        Act.RESET_EXPIRED: _("Password request expired"),
        Act.TEMPORARY_PASSWORD_MADE: _("Temporary password created"),
        Act.PASSWORD_CHOSEN: _("Password chosen"),
        Act.PASSWORD_BLOCKED: _("Password blocked"),
        Act.UNKNOWN_BROWSERS_BLOCKED: _("Blocked for new browsers"),
        Act.SIGNED_IN: _("Signed in"),
        Act.SIGN_IN_REFUSED: _("Sign-in refused"),
        Act.SIGNED_OUT: _("Signed out"),
        Act.LEAVER_NOTICED: _("Possible leaver detected"),
        Act.LEAVER_KEPT: _("Possible leaver kept as user"),
        Act.AUTHORITY_REGISTERED: _("Authority registered"),
        Act.AUTHORITY_EDITED: _("Authority's data changed"),
        Act.AUTHORITY_REMOVED: _("Authority removed"),
        Act.DATA_CONFIRMED: _("Authority's data confirmed"),
        Act.KEYWORDS_CHANGED: _("Keywords changed"),
        Act.COORDINATORS_CHANGED: _("Coordinators changed"),
        Act.MODULES_GRANTED: _("Modules granted"),
        Act.MODULES_WITHDRAWN: _("Modules withdrawn"),
        Act.COORDINATOR_FLAGGED: _("Coordinator status changed"),
        Act.TITLE_TASK_OPENED: _("Title to translate"),
        Act.TITLE_TRANSLATED: _("Title translated"),
        Act.CATALOGUE_LOADED: _("Catalogue loaded"),
        Act.CHECKPOINTS_ADOPTED: _("Checkpoints signed again"),
        Act.UNREADABLE: _("Unreadable"),
    }
