"""The text that lists what others changed in an authority while a user edited it (D23)."""

from core.authorities.details import AuthorityDetails
from core.languages.texts import Texts
from handlers.ui.field_labels import authority_field_label
from handlers.ui.markdown import escaped


def conflict_text(now: AuthorityDetails, changed: tuple[str, ...], t: Texts) -> str:
    """Return the changed fields with their new values; the person's own input stays in the form."""
    _ = t.gettext
    changed_fields = [name for name in changed if name in AuthorityDetails.__dataclass_fields__]
    title = _("Somebody else edited the authority meanwhile:")
    rows = [f"• {authority_field_label(name, t)}: {_value(now, name)}" for name in changed_fields]
    next_step = _("What you typed stands below. Save again if it shall replace this.")
    if not rows:
        rows = ["• " + _("keywords or coordinators")]
    return "\n".join([f":warning: *{title}*", *rows, next_step])


def _value(now: AuthorityDetails, name: str) -> str:
    text = getattr(now, name)
    if name == "team_channel" and text:
        return f"<#{text}>"
    return escaped(text[:200]) or "–"
