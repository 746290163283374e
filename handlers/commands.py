"""The help texts of all slash commands, in the reader's language.

A new command needs its entry here and in `manifest.yml`, and its listener in
`handlers/<feature>/listeners.py`. If the feature is new, it needs a line in `handlers/register.py`.
"""

from dataclasses import dataclass

from core.languages.texts import texts


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """The help of a command: its name, an example, its users, and the lines that explain it."""

    command: str
    example: str
    for_administrators: bool
    lines: tuple[str, ...]


def help_entries(language: str) -> tuple[HelpEntry, ...]:
    """Return the entries of all commands, the most used first."""
    return (*_about_users(language), *_about_authorities(language), *_for_everybody(language))


def help_text(command: str, language: str) -> str:
    """Return the answer to `help` typed after the command."""
    entry = next(entry for entry in help_entries(language) if entry.command == command)
    example = texts(language).gettext("For example: `{example}`", example=entry.example)
    return "\n".join([f"*{entry.command}*", *entry.lines, example])


def help_overview(language: str, *, administrator: bool) -> str:
    """Return the list of the commands that the person may use, each with an example."""
    t = texts(language)
    shown = [
        entry for entry in help_entries(language) if administrator or not entry.for_administrators
    ]
    rows = [f"• `{entry.example}`: {entry.lines[0]}" for entry in shown]
    more = t.gettext("Type help after a command to read more about it.")
    title = t.gettext("What you can type")
    return "\n".join([f"*{title}*", *rows, more])


def _about_users(language: str) -> tuple[HelpEntry, ...]:
    _ = texts(language).gettext
    return (
        HelpEntry(
            "/imi-adduser",
            "/imi-adduser",
            for_administrators=True,
            lines=(
                _("opens a form with which you register a colleague in IMI."),
                _("1. Pick the colleague in Slack, or type name, e-mail and working language."),
                _("2. Tick the roles, module by module. Give only those that the work needs."),
                _("3. Check the proposed username, change it if you wish, and save."),
                _("The username goes out by Slack message, a temporary password by e-mail."),
            ),
        ),
        HelpEntry(
            "/imi-users",
            "/imi-users holm",
            for_administrators=True,
            lines=(
                _("lists the users of your authority, or those who fit what you type after it."),
                _("From the list you edit, change roles, reset passwords and remove."),
                _("`/imi-users edit NAME` opens a person's details at once."),
            ),
        ),
        HelpEntry(
            "/imi-roles",
            "/imi-roles anna holm",
            for_administrators=True,
            lines=(
                _("changes a person's roles; without a name it shows who holds which role."),
                _("Some roles must stay with somebody. Roles should match what people do."),
            ),
        ),
        HelpEntry(
            "/imi-removeuser",
            "/imi-removeuser anna holm",
            for_administrators=True,
            lines=(
                _("removes a person who has left; you are asked before it happens."),
                _("`/imi-removeuser restore` lists those who were removed lately, to undo it."),
            ),
        ),
        HelpEntry(
            "/imi-import",
            "/imi-import",
            for_administrators=True,
            lines=(
                _(
                    "registers many users from a CSV file or a workbook; you see first what would"
                    " happen."
                ),
                _("Columns: first_name, last_name, language, email, phone, username, roles."),
                _("Roles are written like PQ:BASIC, with spaces between them."),
            ),
        ),
    )


def _about_authorities(language: str) -> tuple[HelpEntry, ...]:
    _ = texts(language).gettext
    return (
        HelpEntry(
            "/imi-authority",
            "/imi-authority",
            for_administrators=False,
            lines=(
                _("shows your authority: data, keywords, modules and who administers it."),
                _("Administrators edit it from there: Authority, Classification, Modules."),
                _("Access managers type a name after it to see an authority they look after."),
            ),
        ),
        HelpEntry(
            "/imi-registerauthority",
            "/imi-registerauthority",
            for_administrators=True,
            lines=(
                _("registers an authority with its first user; for access managers."),
                _("You see first whether it may be registered already."),
            ),
        ),
        HelpEntry(
            "/imi-modules",
            "/imi-modules fjordby",
            for_administrators=True,
            lines=(
                _("grants and withdraws modules; for access managers."),
                _("You see first whose roles would end."),
            ),
        ),
        HelpEntry(
            "/imi-audit",
            "/imi-audit holm",
            for_administrators=True,
            lines=(
                _("shows what was done in your authority, by whom and when."),
                _("Search by person, act and days; take what fits along as a file."),
            ),
        ),
        HelpEntry(
            "/imi-health",
            "/imi-health",
            for_administrators=True,
            lines=(_("shows how the bot is; for the national coordinator."),),
        ),
        HelpEntry(
            "/imi-titles",
            "/imi-titles",
            for_administrators=False,
            lines=(_("lists the titles to translate, in the Commission's channel."),),
        ),
    )


def _for_everybody(language: str) -> tuple[HelpEntry, ...]:
    _ = texts(language).gettext
    return (
        HelpEntry(
            "/imi-findauthority",
            "/imi-findauthority food safety",
            for_administrators=False,
            lines=(
                _("finds an authority by words of its title, description and keywords."),
                _("Words count in every language; module, country and place narrow the search."),
            ),
        ),
        HelpEntry(
            "/imi-reset",
            "/imi-reset",
            for_administrators=False,
            lines=(
                _("asks your administrators for a new password."),
                _("Administrators reset another person's password with `/imi-reset NAME`."),
            ),
        ),
        HelpEntry(
            "/imi-me",
            "/imi-me",
            for_administrators=False,
            lines=(
                _("shows your own account: details, roles, and how long the password lasts."),
                _("`/imi-me data` sends you a file with all that is kept about you."),
            ),
        ),
        HelpEntry(
            "/imi-help",
            "/imi-help",
            for_administrators=False,
            lines=(_("shows what you can type."),),
        ),
    )
