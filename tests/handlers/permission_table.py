"""The table of the permission that each command, button, modal and page of the product needs.

`test_authorisation` fails for anything that is missing here.
"""

from enum import IntFlag, auto


class Permission(IntFlag):
    """A permission of a kind of people; none includes another."""

    NONE = 0
    USER = auto()  # about oneself, and data that all users may see (R2-R4)
    ADMINISTRATOR = auto()  # in one's own authority (R10-R16, R38, R56)
    ACCESS_MANAGER = auto()  # in authorities that one's own manages (R17-R19, R24-R26, D15)
    COORDINATOR = auto()  # health of the product, for the national coordinator
    COMMISSION = auto()  # in the Commission's channel (R29, D17)


USER, ADMINISTRATOR = Permission.USER, Permission.ADMINISTRATOR
ACCESS_MANAGER, COORDINATOR = Permission.ACCESS_MANAGER, Permission.COORDINATOR

COMMANDS = {
    "/imi-adduser": ADMINISTRATOR,
    "/imi-users": ADMINISTRATOR,
    "/imi-roles": ADMINISTRATOR,
    "/imi-removeuser": ADMINISTRATOR,
    "/imi-import": ADMINISTRATOR,
    "/imi-audit": ADMINISTRATOR,
    "/imi-registerauthority": ACCESS_MANAGER,
    "/imi-modules": ACCESS_MANAGER,
    "/imi-health": COORDINATOR,
    "/imi-titles": Permission.COMMISSION,
    "/imi-authority": USER,
    "/imi-findauthority": USER,
    "/imi-me": USER,
    "/imi-help": USER,
    "/imi-reset": USER,
}
SHORTCUTS = {"add_user": ADMINISTRATOR}
EVENTS = {
    "app_home_opened": Permission.NONE,
    "team_join": Permission.NONE,
    "user_change": Permission.NONE,
}
# Actions about oneself, and views of data that all users may see.
FOR_USERS = {
    *(
        "ask_administrator",
        "ask_reset",
        "choose_password",
        "open_portal",
        "report_detail",
        "reveal_username",
    ),
    *("reset_ask", "report_form", "open_authority", "open_authority_search"),
    *("authority_search", "authority_search_country", "authority_search_module"),
    *("authority_search_next", "authority_search_place", "authority_search_previous"),
    *("authority_search_show", "authority_search_words", "home_overview", "home_show_all"),
}
FOR_ACCESS_MANAGERS = {
    *("authority_access", "authority_remove", "managed_authority:modules"),
    *("managed_authority:show", "access_confirm", "access_form", "authority_first_user"),
    *("authority_registration", "authority_registration_back"),
    *("remove_authority", "name_administrator", "administrator_form"),
    *("recovery_user", "choose_managed", "grant_modules", "home_register_authority"),
    *("first_user_member", "access_back"),
    *("listed_authority:modules", "listed_authority:show"),
}
FOR_THE_COORDINATOR = {"open_health"}
FOR_THE_COMMISSION = {"title_translate", "title_form"}
FOR_ADMINISTRATORS = {
    *("adduser_back", "attention_add_user", "audit_act", "audit_csv", "audit_json"),
    *("audit_newer", "audit_older"),
    *("audit_person", "audit_since", "audit_until", "authority_edit"),
    *("authority_still_right", "authority_tab_authority", "authority_tab_classification"),
    *("authority_tab_modules", "choose_user", "edit_user", "home_add_user", "import_as_file"),
    *("leaver_keep", "leaver_remove", "member", "open_classification", "open_modules"),
    *("open_users", "refresh", "reset_approve", "reset_decline", "restore_user", "role_holders"),
    *(
        "roles_back",
        "show_removed_users",
        "user_search:remove",
        "user_search:reset",
        "user_search:roles",
        "send_again",
        "user_menu",
        "username_told",
        "users_csv",
    ),
    *(
        "users_beside",
        "users_filter",
        "users_next",
        "users_order",
        "users_previous",
        "users_search",
    ),
    *("adduser_check", "adduser_form", "audit_trail", "authority_form", "edituser_form"),
    *("holders_form", "import_form", "import_report", "remove_confirm", "reset_confirm"),
    *("send_all_again", "send_all_again_confirm"),
    *("reset_declined", "roles_check", "roles_form", "users_list"),
    *("holders_give", "holders_take", "keywords_", "keywords_EC", "keywords_PQ", "keywords_PR"),
    *("keywords_PW", "keywords_SD"),
}
# Pages of the portal that need no session (D2); the others need one.
PORTAL_PUBLIC = {"/", "/sign-in", "/ask", "/static"}
PORTAL_SIGNED_IN = {"/sign-out", "/password", "/account", "/account/data", "/sessions"}
# CLI commands, for people with a shell on the machine; none can be run from Slack.
COMMAND_LINE = {
    *(
        "audit adopt",
        "audit verify",
        "authority hand-over",
        "authority register",
        "backup",
        "catalogue check",
        "catalogue load",
        "demo",
    ),
    *(
        "doctor",
        "healthy",
        "manifest",
        "import",
        "init",
        "reminders",
        "restore",
        "run",
        "support-bundle",
        "user show",
        "user list",
        "user link",
    ),
    *("deliveries list", "deliveries send-again"),
}

_A_USER = USER
_AN_ADMINISTRATOR = USER | ADMINISTRATOR
# The permissions of each kind of people in the test's country.
PERMISSIONS_OF = {
    "administrator": _AN_ADMINISTRATOR,
    "administrator of another authority": _AN_ADMINISTRATOR,
    "administrator of the national coordinator": _AN_ADMINISTRATOR | ACCESS_MANAGER | COORDINATOR,
    "administrator of another access manager": _AN_ADMINISTRATOR | ACCESS_MANAGER,
    "ordinary user": _A_USER,
    "user with a blocked password": _A_USER,
    "administrator until a moment ago": _A_USER,
    "removed user": Permission.NONE,
    "colleague without an account": Permission.NONE,
    "member of the Commission's channel": Permission.COMMISSION,
    "linked guest": Permission.NONE,
    "bot": Permission.NONE,
    "stranger from a shared channel": Permission.NONE,
    "deactivated member": Permission.NONE,
}


def permission_by_id() -> dict[str, Permission]:
    """Return the permission that each button, menu and modal needs, by its id."""
    return {
        **dict.fromkeys(FOR_USERS, USER),
        **dict.fromkeys(FOR_ADMINISTRATORS, ADMINISTRATOR),
        **dict.fromkeys(FOR_ACCESS_MANAGERS, ACCESS_MANAGER),
        **dict.fromkeys(FOR_THE_COORDINATOR, COORDINATOR),
        **dict.fromkeys(FOR_THE_COMMISSION, Permission.COMMISSION),
    }
