"""Blocks that show the fields that somebody else changed while a form was open (D23)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from slackblocks import Block, ContextBlock, Text

from core.errors import FieldChange
from core.languages.texts import Texts
from handlers.ui.markdown import escaped, shortened

# A description may be long, and the note below a field stays short.
_LONGEST_VALUE = 200


# Turns a field's name and its stored value into markdown.
ShownValue = Callable[[str, str], str]


def with_changes(
    blocks: Sequence[Block], changes: Mapping[str, FieldChange], shown: ShownValue, t: Texts
) -> Iterator[Block]:
    """Yield the blocks of a form, and below each field what somebody else changed there.

    `changes` are by the ids of the blocks that hold the fields. Changes of fields that the form no
    longer has come at the end.
    """
    ids = {block.block_id for block in blocks}
    for block in blocks:
        yield block
        if change := changes.get(block.block_id):
            yield _note(change, shown, t)
    yield from (_note(change, shown, t) for name, change in changes.items() if name not in ids)


def _note(change: FieldChange, shown: ShownValue, t: Texts) -> Block:
    text = change_text(change, partial(shown, change.field), t)
    return ContextBlock([Text(text)], block_id=f"changed_{change.field}")


def refusal_note(t: Texts) -> str:
    """Return why the save was refused, and what to do, as markdown."""
    return t.gettext(
        "Nothing has been saved: someone else has changed the same fields in the"
        " meantime. Your own entries are shown below. Save again to replace these"
        " changes."
    )


def change_text(change: FieldChange, shown: Callable[[str], str], t: Texts, *, by: str = "") -> str:
    """Return lines of markdown: the person who changed the field, the old and the new value.

    `by` is the person as markdown, if that is something else than the name in the change.
    """
    _ = t.gettext

    def value(text: str) -> str:
        return shortened(shown(text), _LONGEST_VALUE) or "–"

    lines = [_("Changed in the meantime by: {name}", name=by or name_or_somebody(change.by, t))]
    if change.before is not None:
        lines.append(_("Before: {value}", value=value(change.before)))
    lines.append(_("Now: {value}", value=value(change.after)))
    return "\n".join(lines)


def name_or_somebody(name: str, t: Texts) -> str:
    """Return the name as markdown, or a word for somebody who has none here."""
    return escaped(name) if name else t.gettext("someone else")
