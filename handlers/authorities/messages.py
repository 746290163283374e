"""What administrators and the Commission read of authorities in Slack and by mail; pure."""

from dataclasses import dataclass

from slackblocks import ActionsBlock, Button, SectionBlock

from core.administration.notices import AuthorityEvent
from core.authorities.rules import Authority
from core.authorities.titles import TitleTask
from core.catalogue.rules import Catalogue
from core.deliveries.rules import DeliveryDetails
from core.languages.texts import Texts, texts
from core.role_keys import RoleKey
from core.users.rules import User
from handlers.authorities.views import OPEN_AUTHORITY, STILL_RIGHT
from handlers.ui.action_ids import ROLE_HOLDERS
from handlers.ui.blocks import drawn
from handlers.ui.field_labels import label_of
from handlers.ui.markdown import escaped
from handlers.ui.messages import Message, Said, as_message
from handlers.ui.role_names import name_of

TRANSLATE = "title_translate"
# The Commission's channel is read in English.
COMMISSION = "en"


@dataclass(frozen=True, slots=True)
class Done:
    """What a notice about an authority tells."""

    deed: AuthorityEvent
    authority: Authority
    by: User | None
    details: DeliveryDetails

    def codes(self, name: str) -> list[str]:
        """Return a list of codes among the details."""
        found = self.details.get(name)
        return [str(one) for one in found] if isinstance(found, list) else []


def notice_words(done: Done, catalogue: Catalogue, language: str) -> Said:
    """Return what was done, for a mail."""
    t = texts(language)
    _ = t.gettext
    title = done.authority.informal_title
    subject = _("IMI: a change of the authority {authority}", authority=title)
    return Said(subject, (_deed(done, t), *_particulars(done, catalogue, t)))


def notice_message(done: Done, catalogue: Catalogue, language: str) -> Message:
    """Return the same as a DM, with a button for each role that now needs a holder (R61, D12)."""
    t = texts(language)
    message = as_message(notice_words(done, catalogue, language))
    blocks = list(message.blocks)
    for key in (RoleKey.parse(text) for text in done.codes("unheld")):
        give = Button(t.gettext("Give it to someone"), ROLE_HOLDERS, value=str(key))
        name = escaped(name_of(key, catalogue, language))
        said = t.gettext("The role {role} needs a holder.", role=f"*{name}*")
        section = SectionBlock(f":warning: {said}", accessory=give, block_id=f"unheld_{key}")
        blocks += drawn([section])
    return Message(message.text, blocks)


def title_message(task: TitleTask, authority: Authority, by: User) -> Message:
    """Return what asks the Commission to translate a title (R29, D17)."""
    t = texts(COMMISSION)
    text = t.gettext("A title is to be translated.")
    button = Button(t.gettext("Translate"), TRANSLATE, value=str(task.id), style="primary")
    blocks = [
        SectionBlock(_title_rows(task, authority, by, t), block_id="title"),
        ActionsBlock([button], block_id=TRANSLATE),
    ]
    return Message(text, drawn(blocks))


def title_redrawn(task: TitleTask, authority: Authority, by: User) -> Message:
    """Return what the message turns into: the newest title, or who translated it."""
    if task.closed_by is None:
        return title_message(task, authority, by)
    t = texts(COMMISSION)
    done = t.gettext("Translated by {member}.", member=f"<@{task.closed_by}>")
    rows = f"{_title_rows(task, authority, by, t)}\n:white_check_mark: {done}"
    text = t.gettext("A title is translated.")
    return Message(text, drawn([SectionBlock(rows, block_id="title")]))


def still_right_words(authority: Authority, language: str) -> Said:
    """Return the question whether the data is still right, for a mail (R2, R30)."""
    _ = texts(language).gettext
    return Said(
        _("Is what IMI says of your authority still right?"),
        (
            _(
                "Other authorities find {authority} by its contact data, keywords and"
                " descriptions. Please look through them.",
                authority=authority.informal_title,
            ),
            _("An administrator who is in Slack answers there, on the Home tab of the IMI app."),
        ),
    )


def still_right_message(authority: Authority, language: str) -> Message:
    """Return the same as a DM with its two answers."""
    _ = texts(language).gettext
    said = still_right_words(authority, language)
    number = str(authority.id)
    buttons = ActionsBlock(
        [
            Button(_("Yes, all is right"), STILL_RIGHT, value=number, style="primary"),
            Button(_("Edit"), OPEN_AUTHORITY, value=number),
        ],
        block_id="still_right",
    )
    question = SectionBlock(f"*{escaped(said.subject)}*\n{escaped(said.lines[0])}")
    return Message(escaped(said.subject), drawn([question, buttons]))


def _deed(done: Done, t: Texts) -> str:
    _, title = t.gettext, done.authority.informal_title
    by = _("The system") if done.by is None else done.by.full_name
    said = {
        AuthorityEvent.EDITED: _(
            "{by} edited the data of {authority} on its behalf.", by=by, authority=title
        ),
        AuthorityEvent.MODULES: _(
            "{by} changed the modules of {authority}.", by=by, authority=title
        ),
        AuthorityEvent.REMOVED: _("{by} removed {authority} from IMI.", by=by, authority=title),
    }
    return said[done.deed]


def _particulars(done: Done, catalogue: Catalogue, t: Texts) -> list[str]:
    _ = t.gettext

    def modules(name: str) -> str:
        return ", ".join(catalogue.name_of_module(code, t.language) for code in done.codes(name))

    lines = []
    if fields := ", ".join(label_of(name, t) for name in done.codes("fields")):
        lines.append(_("Changed: {fields}", fields=fields))
    if granted := modules("granted"):
        lines.append(_("Granted: {modules}", modules=granted))
    if withdrawn := modules("withdrawn"):
        lines.append(_("Withdrawn: {modules}", modules=withdrawn))
    keys = (RoleKey.parse(text) for text in done.codes("unheld"))
    if roles := "; ".join(name_of(key, catalogue, t.language) for key in keys):
        lines.append(_("Need a holder: {roles}", roles=roles))
    return lines


def _title_rows(task: TitleTask, authority: Authority, by: User, t: Texts) -> str:
    _ = t.gettext
    return "\n".join(
        [
            f"*{escaped(authority.official_name)}*",
            _("Old title: {title}", title=escaped(task.old_title)),
            _("New title: {title}", title=escaped(task.new_title)),
            _(
                "Changed by {name} on {date}.",
                name=escaped(by.full_name),
                date=t.date(task.opened_at),
            ),
        ]
    )
