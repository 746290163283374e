"""Blocks that tell what somebody else changed while a form was open (D23)."""

from collections.abc import Callable

from slackblocks import ContextBlock, SectionBlock, Text

from core.errors import FieldChange
from core.languages.texts import Texts
from handlers.ui.markdown import escaped, shortened

# A description may be long, and the note below a field stays short.
_LONGEST_VALUE = 200


def refusal_block(t: Texts) -> SectionBlock:
    """Return the block that says why the save was refused, and what to do."""
    return SectionBlock(f":warning: {refusal_note(t)}", block_id="changed_meanwhile")


def refusal_note(t: Texts) -> str:
    """Return the text of why the save was refused, and what to do."""
    return t.gettext(
        "Nothing is saved yet: somebody else changed the same meanwhile. What you typed is kept."
        " Save again if it shall replace theirs."
    )


def change_block(change: FieldChange, shown: Callable[[str], str], t: Texts) -> ContextBlock:
    """Return the note for below the field; `shown` turns a stored value into markdown."""
    return ContextBlock([Text(change_text(change, shown, t))], block_id=f"changed_{change.field}")


def change_text(change: FieldChange, shown: Callable[[str], str], t: Texts) -> str:
    """Return who changed the field, from what, to what, as lines of markdown."""
    _ = t.gettext

    def value(text: str) -> str:
        return shortened(shown(text), _LONGEST_VALUE) or "–"

    lines = [_("Changed meanwhile by: {name}", name=name_or_somebody(change.by, t))]
    if change.before is not None:
        lines.append(_("Before: {value}", value=value(change.before)))
    lines.append(_("Now: {value}", value=value(change.after)))
    return "\n".join(lines)


def name_or_somebody(name: str, t: Texts) -> str:
    """Return the name as markdown, or a word for somebody who has none here."""
    return escaped(name) if name else t.gettext("somebody else")
