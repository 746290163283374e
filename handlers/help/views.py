"""The text of `/imi-help`: what a person can do, in the words they would look for, by command."""

from dataclasses import dataclass
from enum import Enum, auto

from core.languages.texts import texts
from handlers.commands import search_example
from handlers.request_context import RequestContext


class Audience(Enum):
    """The kinds of people who may do different things."""

    EVERYONE = auto()
    ADMINISTRATORS = auto()
    ACCESS_MANAGERS = auto()
    COORDINATOR = auto()
    COMMISSION = auto()


@dataclass(frozen=True, slots=True)
class Task:
    """An act that a person can do, and the command for it."""

    audience: Audience
    name: str
    command: str


def audiences_of(context: RequestContext) -> frozenset[Audience]:
    """Return the kinds of people that a user is one of (R12, R18, D15)."""
    found = {Audience.EVERYONE}
    if context.principal.administrator:
        found.add(Audience.ADMINISTRATORS)
        if context.authority.access_manager:
            found.add(Audience.ACCESS_MANAGERS)
            if context.authority.manager_id is None:
                found.add(Audience.COORDINATOR)
    return frozenset(found)


def help_overview(audiences: frozenset[Audience], language: str) -> str:
    """Return the list of what these people can do, each with the command to type."""
    _ = texts(language).gettext
    rows = [
        f"• {task.name}: `{task.command}`" for task in tasks(language) if task.audience in audiences
    ]
    title, more = _("What you can do"), _("Type help after a command to read more about it.")
    return "\n".join([f"*{title}*", *rows, more])


def tasks(language: str) -> tuple[Task, ...]:
    """Return all tasks by their audience, the most frequent first."""
    return (*_of_administrators(language), *_of_access_managers(language), *_of_others(language))


def _of_administrators(language: str) -> tuple[Task, ...]:
    _ = texts(language).gettext
    commands = {
        "/imi-adduser": _("Register a colleague"),
        "/imi-reset holm": _("Reset a colleague's password"),
        "/imi-users": _("See all users, edit a colleague's details"),
        "/imi-roles": _("Change a colleague's roles, see who holds a role"),
        "/imi-removeuser": _("Remove a colleague who has left"),
        "/imi-removeuser restore": _("Restore a colleague who was removed"),
        "/imi-import": _("Register many colleagues from a file"),
        "/imi-audit": _("See who did what in your authority"),
    }
    return tuple(Task(Audience.ADMINISTRATORS, name, command) for command, name in commands.items())


def _of_access_managers(language: str) -> tuple[Task, ...]:
    t = texts(language)
    _ = t.gettext
    commands = {
        "/imi-registerauthority": t.pgettext("task in a list", "Register an authority"),
        "/imi-modules": _("Grant a module to an authority, withdraw a module"),
        "/imi-authority fjordby": _("See or edit an authority that you manage"),
    }
    health = Task(
        Audience.COORDINATOR, _("Check whether the service is working properly"), "/imi-health"
    )
    return (
        *(Task(Audience.ACCESS_MANAGERS, name, command) for command, name in commands.items()),
        health,
    )


def _of_others(language: str) -> tuple[Task, ...]:
    _ = texts(language).gettext
    commands = {
        "/imi-me": _("See your account, your roles and how long your password is valid"),
        "/imi-reset": _("Request a new password for yourself"),
        "/imi-authority": _("See your authority's data and who administers it"),
        f"/imi-findauthority {search_example(language)}": _("Find an authority in any country"),
        "/imi-me data": _("Download all data stored about you"),
        "/imi-help": _("See this list"),
    }
    titles = Task(Audience.COMMISSION, _("Translate the titles of authorities"), "/imi-titles")
    return (
        *(Task(Audience.EVERYONE, name, command) for command, name in commands.items()),
        titles,
    )
