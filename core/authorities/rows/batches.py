"""The SQL that reads several authorities at once, each with its translated titles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from core.authorities.rows.authorities import SELECT_AUTHORITY, authority_of
from core.authorities.rules import Authority
from core.schema.authorities import authorities, authority_translations
from core.store.id_lists import is_one_of_parameter, list_of
from core.store.prepared import Prepared

_translations = authority_translations.c
# One row for each translation, and one for an authority without any. Built once, because building a
# statement costs more than running it.
_WITH_TITLES = Prepared(
    SELECT_AUTHORITY.add_columns(
        _translations.language.label("title_language"),
        _translations.informal_title.label("translated_title"),
    )
    .outerjoin(authority_translations, _translations.authority_id == authorities.c.id)
    .where(is_one_of_parameter(authorities.c.id, "authority_ids"))
)


@dataclass(frozen=True, slots=True)
class TranslatedAuthority:
    """An authority, and the translations of its informal title by language tag."""

    authority: Authority
    titles: Mapping[str, str]


def find_translated(
    tx: Connection, authority_ids: Collection[int]
) -> dict[int, TranslatedAuthority]:
    """Return the authorities by their ids, in one statement."""
    found: dict[int, Authority] = {}
    titles: dict[int, dict[str, str]] = {}
    for row in _WITH_TITLES.rows(tx, {"authority_ids": list_of(authority_ids)}):
        if row.id not in found:
            found[row.id], titles[row.id] = authority_of(row), {}
        if row.title_language is not None:
            titles[row.id][row.title_language] = row.translated_title
    return {key: TranslatedAuthority(one, titles[key]) for key, one in found.items()}
