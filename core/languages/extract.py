"""`python -m core.languages.extract` updates the PO files from the code.

Each language has two: `imi.po` of the texts in the code, and `names.po` of the names of modules,
roles and keywords.

Translations are kept, messages that are no longer in the code are dropped, and new ones are added
untranslated; these are printed. Each message names its files, and carries the comments for
translators: those in the line above it that begin with `Translators:`. With `--check` nothing is
written; the exit code is 1 if a PO file is out of date.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.languages.module_role_names import FILE, names_in
from core.languages.plural_forms import empty_translations
from core.languages.tags import FALLBACK, LANGUAGES
from core.languages.texts import LOCALE_DIR, NAMES, TEXTS, is_translated, po_path

ROOT = LOCALE_DIR.parents[2]
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
COMMENT_TAGS = ("Translators:",)
PACKAGES = ("bot", "handlers", "core")

# A message, or a message and its plural, with its context.
_Id = str | tuple[str, ...]
_Key = tuple[_Id, str | None]


def main(arguments: list[str], root: Path = ROOT, folder: Path = LOCALE_DIR) -> int:
    """Write the PO files that are out of date; with `--check` only list them and return 1."""
    templates = {TEXTS: _texts_template(root), NAMES: _names_template(root)}
    expected = {
        path: content
        for domain, template in templates.items()
        for path, content in _files(template, folder, domain)
    }
    stale = [path for path, content in expected.items() if _read(path) != content]
    if "--check" in arguments:
        sys.stdout.writelines(f"stale: {path.relative_to(folder)}\n" for path in stale)
        return int(bool(stale))
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(expected[path])
    sys.stdout.writelines(_to_translate(folder))
    return 0


def _to_translate(folder: Path) -> Iterator[str]:
    """Return a line for each text that a PO file does not translate."""
    for language in LANGUAGES:
        for domain in (TEXTS, NAMES):
            path = po_path(language, folder, domain)
            if language != FALLBACK:
                known = _translations_of(path, language)
                missing = [message.id for message in known if not is_translated(message)]
                yield from (
                    f"to translate: {path.relative_to(folder)}: {text!r}\n" for text in missing
                )


@dataclass
class _Uses:
    """The files in which a message occurs, and what they tell translators about it."""

    files: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)


def _texts_template(root: Path) -> Catalog:
    found = defaultdict[_Key, _Uses](_Uses)
    for package in PACKAGES:
        for file, _, message, comments, context in _messages(root / package):
            uses = found[message, context]
            uses.files.add(f"{package}/{file}")
            uses.comments += [text for text in comments if text not in uses.comments]
    return _template(found)


def _names_template(root: Path) -> Catalog:
    found = defaultdict[_Key, _Uses](_Uses)
    for name in names_in(root):
        uses = found[name.english, name.context]
        uses.files.add(FILE)
        if name.comment and name.comment not in uses.comments:
            uses.comments.append(name.comment)
    return _template(found)


def _template(found: Mapping[_Key, _Uses]) -> Catalog:
    template = Catalog(charset="utf-8", fuzzy=False)
    for (message, context), uses in sorted(found.items(), key=lambda item: str(item[0])):
        # Without line numbers, so that a PO file changes only when its texts do.
        places = [(file, 0) for file in sorted(uses.files)]
        template.add(message, locations=places, auto_comments=uses.comments, context=context)
    return template


def _messages(folder: Path) -> Iterable[tuple[str, int, _Id, list[str], str | None]]:
    return extract_from_dir(
        folder, METHODS, keywords=KEYWORDS, comment_tags=COMMENT_TAGS, strip_comment_tags=True
    )


def _files(template: Catalog, folder: Path, domain: str) -> Iterator[tuple[Path, bytes]]:
    yield folder / f"{domain}.pot", _encoded(template)
    for language in LANGUAGES:
        if language != FALLBACK:
            path = po_path(language, folder, domain)
            yield path, _encoded(_filled(template, language, path))


def _filled(template: Catalog, language: str, path: Path) -> Catalog:
    known = _translations_of(path, language) if path.exists() else empty_translations(language)
    filled = empty_translations(language)
    for message in template:
        if message.id:
            text = _translation(known, message, template)
            filled.add(
                message.id,
                text,
                locations=message.locations,
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return filled


def _translations_of(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _translation(
    known: Catalog, message: Message, template: Catalog
) -> str | tuple[str, ...] | list[str] | None:
    """Return the translation so far; empty if it is fuzzy or its plural form has changed.

    A message that is given a context keeps the translation that it had without one.
    """
    earlier = known.get(message.id, message.context)
    if earlier is None and template.get(message.id) is None:
        earlier = known.get(message.id)
    if earlier is None or earlier.id != message.id or earlier.fuzzy:
        return ""
    return earlier.string


def _encoded(messages: Catalog) -> bytes:
    buffer = BytesIO()
    write_po(buffer, messages, include_lineno=False, omit_header=True, sort_output=True, width=100)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    if messages.locale is not None:
        head += f'"Language: {messages.locale}\\n"\n"Plural-Forms: {messages.plural_forms}\\n"\n'
    return (head + "\n").encode() + buffer.getvalue()


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
