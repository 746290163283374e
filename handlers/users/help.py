"""What `/imi-adduser help` says."""

from core.languages.texts import texts


def help_text(language: str) -> str:
    """Return the explanation, in the person's language."""
    _ = texts(language).gettext
    return "\n".join(
        [
            _("*/imi-adduser* opens a form with which you register a colleague in IMI."),
            _("1. Pick the colleague in Slack, or type name, e-mail and working language."),
            _("2. Tick the roles, module by module. Give only those that the work needs."),
            _("3. Check the proposed username, change it if you wish, and save."),
            _("The username goes out by Slack message, a temporary password by e-mail."),
        ]
    )
