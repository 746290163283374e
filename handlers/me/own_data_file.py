"""Renders the data stored about a user as a JSON file for that user (data subject access)."""

import json
from collections.abc import Mapping

from core.catalogue.rules import Catalogue
from core.languages.texts import texts
from core.role_keys import RoleKey
from handlers.files import TextFile
from handlers.ui.audit_act_names import audit_act_names

WORDS = "in_words"

Row = Mapping[str, object]


def own_data_file(found: Mapping[str, object], catalogue: Catalogue, language: str) -> TextFile:
    """Return the file; codes of acts and roles are accompanied by their names."""
    t = texts(language)
    acts = {act.value: name for act, name in audit_act_names(t).items()}

    def words_for(row: Row) -> Row:
        if "act" in row:
            return {WORDS: acts.get(str(row["act"]), ""), **row}
        return {WORDS: role_text(row, catalogue, language), **row} if "role" in row else row

    readable = {
        name: list(map(words_for, rows)) if isinstance(rows, list) else rows
        for name, rows in found.items()
    }
    return TextFile(
        "imi-data.json",
        t.gettext("Data that IMI keeps about you"),
        json.dumps(readable, ensure_ascii=False, indent=2),
        t.gettext("This file contains your own personal data. Nobody else sees it."),
        encoding="utf-8",
    )


def role_text(row: Row, catalogue: Catalogue, language: str) -> str:
    """Return the names of module and role of a stored role."""
    key = RoleKey(str(row["module"]), str(row["role"]))
    module = catalogue.name_of_module(key.module, language)
    return ": ".join(filter(None, (module, catalogue.name_of_role(key, language))))
