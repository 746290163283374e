"""What a translation task is, and which of an authority's titles a person reads (D17, R29)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from core.authorities.registration_form import text_of
from core.authorities.rules import Authority
from core.forms import FormValidator
from core.languages.tags import LANGUAGES
from core.limits import LONGEST_TITLE


@dataclass(frozen=True, slots=True)
class TitleTask:
    """A substantially changed informal title; `closed_by` is the Slack member who translated it."""

    id: int
    authority_id: int
    old_title: str
    new_title: str
    opened_by: int
    opened_at: datetime
    closed_by: str | None = None
    closed_at: datetime | None = None

    @property
    def event(self) -> str:
        """Return what names the task in deliveries."""
        return f"title{self.id}"


def title_in(authority: Authority, translations: Mapping[str, str], language: str) -> str:
    """Return the informal title for a reader of the language; untranslated, as it was written."""
    return translations.get(language) or authority.informal_title


def others_than(language: str) -> tuple[str, ...]:
    """Return the languages into which a title written in this one is translated."""
    return tuple(tag for tag in LANGUAGES if tag != language)


def translations_in(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the titles that are typed, by language; those left empty are not among them.

    Raises:
        FormError: a title is too long, or none is typed at all.
    """
    form = FormValidator()
    written = {tag: text for tag, text in typed.items() if text.strip()}
    found = {tag: form.checked(partial(_title_of, tag, text)) for tag, text in written.items()}
    if not written:
        form.checked(partial(_title_of, next(iter(typed), ""), ""))
    form.refuse()
    return {tag: title for tag, title in found.items() if title}


def _title_of(tag: str, text: str) -> str:
    return text_of(text, f"title_{tag}", LONGEST_TITLE)
