"""The rules that each translation of a text keeps, whatever its language."""

from __future__ import annotations

import gettext
import re
import string
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from core.languages.plural_forms import empty_translations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

NO_BREAK = ("\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}")
# Quotation marks of each language, as the Interinstitutional Style Guide lists them; `"` is none.
QUOTES = {
    **dict.fromkeys(("bg", "cs", "de", "lt", "sk"), "„“"),
    **dict.fromkeys(("et", "hr", "hu", "pl", "ro"), "„”"),
    **dict.fromkeys(("el", "es", "it", "pt"), "«»“”"),
    **dict.fromkeys(("en", "fi", "ga", "lv", "mt", "nl", "sv"), "“”"),
    "fr": "«»“”",
    "da": "»«”",
    "sl": "„“”»«",
}
ALL_QUOTES = '"„“”«»'
# Parts that are the same in every language: commands, columns of a file, code.
FIXED = re.compile(r"/imi-[a-z]+|@IMI\b|\b[a-z]+_name\b|`\{\w+\}`|:[a-z_]+:")
ENDS = ".:?!…"


def faults_in(message: Message, language: str) -> list[str]:
    """Return what is wrong with the translation of the message; an empty list if nothing is."""
    of_one_number = forms_of_one_number(language)
    plurals = empty_translations(language).num_plurals
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    forms = [message.string] if isinstance(message.string, str) else [*(message.string or ())]
    if message.fuzzy or not forms or not all(forms):
        return ["missing"]
    faults = []
    if len(sources) > 1 and len(forms) != plurals:
        faults.append(f"{len(forms)} plural forms instead of {plurals}")
    for position, form in enumerate(forms):
        may_lack = {"number"} if len(sources) > 1 and position in of_one_number else set()
        lacking, unknown = fields_of(sources[-1]) - fields_of(form), fields_of(form)
        if not lacking <= may_lack or not unknown <= fields_of(sources[-1]):
            faults.append(f"placeholders {fields_of(form)}")
        faults += _faults_of(form, sources, language)
    return faults


@cache
def forms_of_one_number(language: str) -> frozenset[int]:
    """Return the plural forms that only one number has, such as the singular of English."""
    form_of = gettext.c2py(empty_translations(language).plural_expr)
    counts = Counter(form_of(number) for number in range(1001))
    return frozenset(form for form, count in counts.items() if count == 1)


def _faults_of(form: str, sources: list[str], language: str) -> Iterator[str]:
    source = sources[-1]
    if sorted(FIXED.findall(form)) not in [sorted(FIXED.findall(one)) for one in sources]:
        yield f"fixed parts {FIXED.findall(form)}"
    if form != form.strip() or "  " in form or form.count("\n") != source.count("\n"):
        yield "spaces or line breaks"
    if form.count("`") != source.count("`") or form.count("*") != source.count("*"):
        yield "marks of Slack's markup"
    yield from _punctuation_faults(form, source, language)


def fields_of(text: str) -> set[str | None]:
    """Return the names of the placeholders in the text."""
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def _punctuation_faults(form: str, source: str, language: str) -> Iterator[str]:
    wanted = source[-1] if source[-1] in ENDS else ""
    if language == "el" and wanted == "?":
        wanted = ";"
    end = form[-1] if form[-1] in f"{ENDS};" else ""
    # A greeting ends with a comma in English, and as its language wants elsewhere.
    if end != wanted and not source.endswith(","):
        yield f"ends with {end!r}, not {wanted!r}"
    wrong = set(ALL_QUOTES) - set(QUOTES[language])
    if wrong & set(form):
        yield f"quotation marks {sorted(wrong & set(form))}"
    if re.search(r"\w'|'\w", form):
        yield "a straight apostrophe instead of ’"
    if language == "el" and "?" in form:
        yield "a Latin question mark"
    if language == "es" and (form.count("?"), form.count("!")) != (
        form.count("¿"),
        form.count("¡"),
    ):
        yield "a question or exclamation that is not opened"
    if language == "fr":
        yield from _french_faults(form)


def _french_faults(form: str) -> Iterator[str]:
    text = FIXED.sub("", form)
    for match in re.finditer(r"(.)([:;!?»])(?=\s|$)", text):
        if match[1] not in NO_BREAK and match[1] not in ":;!?":
            yield f"no no-break space before {match[2]}"
    if re.search(r"«[^\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", text):
        yield "no no-break space after «"
