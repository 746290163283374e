"""Labels and values of an authority's fields that other users changed meanwhile (D23).

They are shown to the user whose tab with these fields was open at the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.authorities.details import AuthorityDetails
from core.catalogue.keyword_search import keyword_name
from core.catalogue.rules import Catalogue
from core.languages.texts import Texts
from handlers.authorities.competence_fields import COORDINATORS, KEYWORDS
from handlers.ui.field_labels import authority_field_label
from handlers.ui.markdown import escaped


def field_label(name: str, catalogue: Catalogue, t: Texts) -> str:
    """Return the label of a field of one of the three tabs, not as markdown."""
    if name in AuthorityDetails.__dataclass_fields__:
        return authority_field_label(name, t)
    _ = t.gettext
    if name == KEYWORDS:
        return _("General keywords")
    keywords, coordinators = _("Keywords"), _("Linked coordinators")
    prefix, label = (
        (KEYWORDS, keywords) if name.startswith(KEYWORDS) else (COORDINATORS, coordinators)
    )
    return f"{label} ({catalogue.name_of_module(name.removeprefix(prefix), t.language)})"


@dataclass(frozen=True, slots=True)
class ConflictTexts:
    """Turns the fields of the three tabs and their stored values into texts.

    `coordinators` are the titles of the authorities that can be linked, by their ids.
    """

    catalogue: Catalogue
    coordinators: Mapping[str, str]
    t: Texts

    def label(self, name: str) -> str:
        """Return the label of a field as markdown."""
        return escaped(field_label(name, self.catalogue, self.t))

    def value(self, name: str, text: str) -> str:
        """Return a stored value of a field as markdown."""
        if name in {"languages", "text_language"}:
            return ", ".join(map(self.t.language_name, text.split()))
        if name == "team_channel" and text:
            return f"<#{text}>"
        if name in AuthorityDetails.__dataclass_fields__:
            return escaped(text)
        return ", ".join(escaped(self._chosen(name, code)) for code in text.split())

    def _chosen(self, name: str, code: str) -> str:
        if name.startswith(KEYWORDS):
            module = name.removeprefix(KEYWORDS)
            return keyword_name(self.catalogue, module, code, self.t.language)
        return self.coordinators.get(code, code)
