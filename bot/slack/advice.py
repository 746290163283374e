"""Sentences that advise the operator about errors that Slack returns."""

_COPY_ANEW = "copy the bot token (xoxb-…) anew from the app's page, OAuth & Permissions"
_CREATE_ANEW = (
    "create an app-level token (xapp-…) with connections:write on the app's page, Basic Information"
)
_REINSTALL = "install the app again from manifest.yml, on the app's page, Install App"
BAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}
)
WRONG_KIND = "not_allowed_token_type"
_ADVICE = {
    "missing_scope": _REINSTALL,
    "no_permission": _REINSTALL,
    "org_login_required": "the workspace is moving to an organisation; wait until that is done",
    "team_access_not_granted": "ask the workspace's owner to grant the app access",
    "ekm_access_denied": "ask the workspace's owner: its encryption keys are withheld",
    "access_denied": "ask the workspace's owner to allow the app",
    "messages_tab_disabled": "turn on the Messages tab on the app's page, App Home",
    "ratelimited": "wait a minute, and try again",
    "internal_error": "Slack has a fault; try again, and look at https://slack-status.com",
    "service_unavailable": "Slack has a fault; try again, and look at https://slack-status.com",
}


def bot_token_advice(code: str) -> str:
    """Return what to do about this error of Slack on the bot token, as a sentence."""
    if code in BAD_TOKEN or code == WRONG_KIND:
        return _sentence(_COPY_ANEW)
    return _sentence(_ADVICE.get(code, _REINSTALL))


def fault_advice(code: str, method: str) -> str:
    """Return what to do about Slack's refusal of this method, as a sentence."""
    if code in BAD_TOKEN or code in _ADVICE or code == WRONG_KIND:
        return bot_token_advice(code)
    return f"Slack explains the code at https://docs.slack.dev/reference/methods/{method}."


def app_token_advice(code: str) -> str:
    """Return what to do about this error of Slack on the app token, as a sentence."""
    if code in BAD_TOKEN or code in {WRONG_KIND, "missing_scope"}:
        return _sentence(_CREATE_ANEW)
    return _sentence(_ADVICE.get(code, _CREATE_ANEW))


def unreachable_text(code: str) -> str:
    """Return that Slack cannot be reached, with what to check; `code` is the kind of error."""
    return (
        f"SLACK_API_URL cannot be reached ({code}). Check the network, DNS, and whether Slack must"
        " be reached through a proxy (HTTPS_PROXY)."
    )


def _sentence(advice: str) -> str:
    return advice[0].upper() + advice[1:] + "."
