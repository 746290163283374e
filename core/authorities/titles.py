"""Translations of authorities' informal titles, and the tasks to translate them (D17, R29)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from core.authorities.field_checks import title_of
from core.authorities.rules import Authority
from core.forms import FormValidator
from core.languages.tags import LANGUAGES
from core.text.characters import one_line
from core.text_lengths import LONGEST_TITLE


@dataclass(frozen=True, slots=True)
class TitleTask:
    """The task to translate a substantially changed informal title.

    `opened_by` is the user who changed the title last, `opened_at` when. `closed_by` is the Slack
    member who filled in the last translation, or who closed the task with the rest left as they
    are; None if the title does not have to be translated any more.
    """

    id: int
    authority_id: int
    old_title: str
    new_title: str
    opened_by: int
    opened_at: datetime
    closed_by: str | None = None
    closed_at: datetime | None = None

    @property
    def withdrawn(self) -> bool:
        """Return whether the task is closed because nothing has to be translated any more."""
        return self.closed_at is not None and self.closed_by is None

    @property
    def event(self) -> str:
        """Return the part of a delivery's key that identifies the task."""
        return f"title{self.id}"


def title_in(authority: Authority, translations: Mapping[str, str], language: str) -> str:
    """Return the informal title in the language, or the original if there is no translation."""
    return translations.get(language) or authority.informal_title


def target_languages(language: str) -> tuple[str, ...]:
    """Return the languages into which a title in the given language is translated."""
    return tuple(tag for tag in LANGUAGES if tag != language)


def untranslated_in(language: str, translations: Mapping[str, str]) -> tuple[str, ...]:
    """Return the languages in which a title in the given language has no translation yet."""
    return tuple(tag for tag in target_languages(language) if not translations.get(tag))


def checked_translations(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the typed titles by language; empty where nothing visible is typed.

    Raises:
        FormError: a title is too long or holds a web address.
    """
    form = FormValidator()
    titles = {tag: form.checked(partial(_title_of, tag, text)) for tag, text in typed.items()}
    form.raise_errors()
    return {tag: title or "" for tag, title in titles.items()}


def _title_of(tag: str, text: str) -> str:
    return title_of(text, f"title_{tag}", LONGEST_TITLE) if one_line(text) else ""
