"""The pages of the reference about the commands in Slack, in English and in Danish."""
# ruff: noqa: INP001 - docs is no package

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.commands import help_entries
from handlers.help.views import Audience, tasks


@dataclass(frozen=True, slots=True)
class SlackPage:
    """The words of the page about the commands in Slack, in one language."""

    file: str
    title: str
    example: str
    audiences: Mapping[Audience, str]


SLACK_PAGES = {
    "en": SlackPage(
        "slack-commands.md",
        "Commands in Slack",
        "For example",
        {
            Audience.EVERYONE: "all users",
            Audience.ADMINISTRATORS: "administrators",
            Audience.ACCESS_MANAGERS: "administrators of access managers",
            Audience.COORDINATOR: "administrators of the national coordinator",
            Audience.COMMISSION: "members of the Commission's channel",
        },
    ),
    "da": SlackPage(
        "slack-commands.da.md",
        "Kommandoer i Slack",
        "For eksempel",
        {
            Audience.EVERYONE: "alle brugere",
            Audience.ADMINISTRATORS: "administratorer",
            Audience.ACCESS_MANAGERS: "administratorer hos adgangsforvaltere",
            Audience.COORDINATOR: "administratorer hos den nationale koordinator",
            Audience.COMMISSION: "medlemmer af Kommissionens kanal",
        },
    ),
}


def slack_commands(language: str) -> str:
    """Return the page in this language, with the help of each command."""
    page = SLACK_PAGES[language]
    sections = []
    for entry in help_entries(language):
        paragraphs = [
            f"## `{entry.command}`",
            f"*{_sentence(', '.join(_audiences_of(entry.command, language)))}*",
            *(_sentence(line) for line in entry.lines),
            f"{page.example}: `{entry.example}`\n",
        ]
        sections.append("\n\n".join(paragraphs))
    return f"# {page.title}\n\n" + "\n".join(sections)


def _audiences_of(command: str, language: str) -> list[str]:
    """Return who can use the command for something, in the page's words."""
    able = {task.audience for task in tasks(language) if task.command.split()[0] == command}
    return [name for audience, name in SLACK_PAGES[language].audiences.items() if audience in able]


def _sentence(line: str) -> str:
    return line[:1].upper() + line[1:]
