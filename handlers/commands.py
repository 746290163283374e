"""The help texts of all slash commands, in the reader's language.

A new command needs its entry here and in `manifest.yml`, and its listener in
`handlers/<feature>/listeners.py`. If the feature is new, it needs a line in `handlers/register.py`.
"""

from dataclasses import dataclass

from core.languages.texts import texts


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """The help of a command: its name, an example, and the lines that explain it."""

    command: str
    example: str
    lines: tuple[str, ...]


def help_entries(language: str) -> tuple[HelpEntry, ...]:
    """Return the entries of all commands, the most used first."""
    return (*_about_users(language), *_about_authorities(language), *_for_everybody(language))


def search_example(language: str) -> str:
    """Return the words that the examples of a search for an authority look for."""
    return texts(language).pgettext("words to search for", "food safety")


def help_text(command: str, language: str) -> str:
    """Return the answer to `help` typed after the command."""
    entry = next(entry for entry in help_entries(language) if entry.command == command)
    example = texts(language).gettext("For example: `{example}`", example=entry.example)
    return "\n".join([f"*{entry.command}*", *entry.lines, example])


def _about_users(language: str) -> tuple[HelpEntry, ...]:
    _ = texts(language).gettext
    return (
        HelpEntry(
            "/imi-adduser",
            "/imi-adduser",
            lines=(
                _("opens a form to register a colleague in IMI."),
                _("1. Choose the colleague in Slack, or type name, e-mail and working language."),
                _(
                    "2. Tick the roles, module by module. Give only the rights that the"
                    " user's responsibilities require."
                ),
                _("3. Check the proposed username, change it if you wish, and save."),
                _("The username is sent by Slack message, a temporary password by e-mail."),
            ),
        ),
        HelpEntry(
            "/imi-users",
            "/imi-users holm",
            lines=(
                _(
                    "lists the users of your authority, or those matching what you type"
                    " after the command."
                ),
                _(
                    "From the list you can edit details, change roles, reset passwords and"
                    " remove users."
                ),
                _("`/imi-users edit NAME` opens a user's details at once."),
            ),
        ),
        HelpEntry(
            "/imi-roles",
            "/imi-roles anna holm",
            lines=(
                _("changes a user's roles; without a name it shows who holds which role."),
                _(
                    "Certain roles must be held by at least one user. Users' rights must"
                    " reflect their responsibilities."
                ),
            ),
        ),
        HelpEntry(
            "/imi-removeuser",
            "/imi-removeuser anna holm",
            lines=(
                _("removes a user who has left; you are asked before it happens."),
                _("Without a name, you search for the user in a list."),
                _(
                    "`/imi-removeuser restore` lists recently removed users, so that a"
                    " removal can be undone."
                ),
            ),
        ),
        HelpEntry(
            "/imi-import",
            "/imi-import",
            lines=(
                _(
                    "registers many users from a CSV file or a workbook; you are shown"
                    " a preview first."
                ),
                _("Columns: first_name, last_name, language, email, phone, username, roles."),
                _("Write roles as PQ:BASIC, separated by spaces."),
            ),
        ),
    )


def _about_authorities(language: str) -> tuple[HelpEntry, ...]:
    _ = texts(language).gettext
    return (
        HelpEntry(
            "/imi-authority",
            "/imi-authority",
            lines=(
                _("shows your authority: data, keywords, modules and who administers it."),
                _(
                    "Administrators edit it from there, on the tabs Authority,"
                    " Classification and Modules."
                ),
                _("Access managers can add the name of an authority that they manage."),
            ),
        ),
        HelpEntry(
            "/imi-registerauthority",
            "/imi-registerauthority",
            lines=(
                _("registers an authority with its first user; for access managers."),
                _("You are shown first whether it may already be registered."),
            ),
        ),
        HelpEntry(
            "/imi-modules",
            "/imi-modules fjordby",
            lines=(
                _("grants and withdraws modules; for access managers."),
                _("You are shown first whose roles would end."),
            ),
        ),
        HelpEntry(
            "/imi-audit",
            "/imi-audit holm",
            lines=(
                _("shows what was done in your authority, by whom and when."),
                _("Search by person, action and date; download the results as a file."),
            ),
        ),
        HelpEntry(
            "/imi-health",
            "/imi-health",
            lines=(
                _("shows whether the service is working properly; for the national coordinator."),
            ),
        ),
        HelpEntry(
            "/imi-titles",
            "/imi-titles",
            lines=(_("lists the titles to translate, in the Commission's channel."),),
        ),
    )


def _for_everybody(language: str) -> tuple[HelpEntry, ...]:
    _ = texts(language).gettext
    return (
        HelpEntry(
            "/imi-findauthority",
            f"/imi-findauthority {search_example(language)}",
            lines=(
                _("finds an authority by words in its title, description and keywords."),
                _("The search covers all languages; module, country and place narrow it down."),
            ),
        ),
        HelpEntry(
            "/imi-reset",
            "/imi-reset",
            lines=(
                _("resets a colleague's password, or requests a new password for yourself."),
                _(
                    "Administrators search for the colleague in a list, or type the name"
                    " after the command."
                ),
                _("Other users send a request to their administrators."),
            ),
        ),
        HelpEntry(
            "/imi-me",
            "/imi-me",
            lines=(
                _("shows your own account: details, roles, and how long your password is valid."),
                _("`/imi-me data` sends you a file with all data kept about you."),
            ),
        ),
        HelpEntry(
            "/imi-help",
            "/imi-help",
            lines=(_("lists the available commands."),),
        ),
    )
