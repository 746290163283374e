"""Renders the details of an audit entry as lines of text."""

from collections.abc import Callable, Iterator, Mapping

from core.audit.rules import Act, AuditEvent
from core.catalogue.keyword_search import keyword_name
from core.catalogue.rules import Catalogue
from core.deliveries.rules import DeliveryKind
from core.languages.punctuation import labelled, listed
from core.languages.texts import Texts
from core.role_keys import RoleKey
from handlers.ui.delivery_states import delivery_kind_name
from handlers.ui.field_labels import authority_field_label, user_field_label
from handlers.ui.role_names import plain_role_lines

NOTHING = "–"
_OF_TITLES = frozenset({Act.TITLE_TASK_OPENED, Act.TITLE_TRANSLATED})
_OF_ROLES = frozenset({Act.USER_REGISTERED, Act.ROLES_CHANGED, Act.ADMINISTRATOR_NAMED})


def detail_lines(audit_event: AuditEvent, catalogue: Catalogue, t: Texts) -> list[str]:
    """Return the lines without markup; codes that the catalogue does not know stay as they are.

    Details for machines only, such as ids of requests, are left to the file of JSON Lines.
    """
    try:
        return [*_lines(audit_event, catalogue, t)]
    except (KeyError, ValueError):
        # The entry was tampered with; `imi-bot audit verify` reports that.
        return []


def _lines(audit_event: AuditEvent, catalogue: Catalogue, t: Texts) -> Iterator[str]:
    _, details = t.gettext, audit_event.details
    shown = _texts_by_name(details, "before")
    named = [name for name in _texts(details, "fields") if name not in shown]
    if named:
        fields = ", ".join(_name(name, audit_event.act, t) for name in named)
        yield _("Changed: {fields}", fields=fields)
    yield from _changes(audit_event, t)
    if audit_event.act in _OF_ROLES:
        if roles := _roles(details, "roles", catalogue, t) or _roles(
            details, "given", catalogue, t
        ):
            yield _("Roles assigned: {roles}", roles=roles)
        if roles := _roles(details, "taken", catalogue, t):
            yield _("Roles removed: {roles}", roles=roles)
    codes = [*_texts(details, "modules"), *filter(None, [str(details.get("module") or "")])]
    if codes:
        yield ", ".join(catalogue.name_of_module(code, t.language) for code in codes)
    if audit_event.act == Act.KEYWORDS_CHANGED:
        yield from _keywords(details, catalogue, t)
    kind = str(details.get("kind", ""))
    if kind in set(DeliveryKind):
        yield delivery_kind_name(DeliveryKind(kind), t)


def _changes(audit_event: AuditEvent, t: Texts) -> Iterator[str]:
    """Return each changed field with its value before and after, if the entry holds them."""
    before, after = (_texts_by_name(audit_event.details, name) for name in ("before", "after"))
    for name in before:
        formatted = _formatter(name, t)
        label = _name(name, audit_event.act, t)
        change = f"{formatted(before[name])} → {formatted(after.get(name, ''))}"
        yield labelled(label, change, t.language)


def _formatter(name: str, t: Texts) -> Callable[[str], str]:
    formatters: dict[str, Callable[[str], str]] = {
        "language": t.language_name,
        "text_language": t.language_name,
        "languages": lambda codes: ", ".join(map(t.language_name, codes.split())),
        "country": t.country_name,
    }
    value = formatters.get(name, str)
    return lambda text: value(text) if text else NOTHING


def _keywords(details: Mapping[str, object], catalogue: Catalogue, t: Texts) -> Iterator[str]:
    module = str(details.get("module") or "")
    for sign, name in (("+", "added"), ("\N{MINUS SIGN}", "taken")):
        for code in _texts(details, name):
            yield f"{sign} {keyword_name(catalogue, module, code, t.language)}"


def _roles(details: Mapping[str, object], name: str, catalogue: Catalogue, t: Texts) -> str:
    keys = tuple(RoleKey.parse(text) for text in _texts(details, name))
    return listed(plain_role_lines(keys, catalogue, t.language), t.language)


def _name(name: str, act: Act, t: Texts) -> str:
    if act in _OF_TITLES:
        return t.language_name(name)
    return (
        authority_field_label(name, t) if act == Act.AUTHORITY_EDITED else user_field_label(name, t)
    )


def _texts(details: Mapping[str, object], name: str) -> list[str]:
    found = details.get(name)
    return [str(value) for value in found] if isinstance(found, list) else []


def _texts_by_name(details: Mapping[str, object], name: str) -> dict[str, str]:
    found = details.get(name)
    return (
        {key: str(value or "") for key, value in found.items()} if isinstance(found, dict) else {}
    )
