"""Messages about authorities to their administrators and to the European Commission.

They are sent in Slack or by e-mail: notices of changes, requests to review data, and tasks to
translate a title.
"""

from collections.abc import Collection
from dataclasses import dataclass

from slackblocks import ActionsBlock, Button, SectionBlock

from core.administration.notices import ROLE_GAPS_KEY, AuthorityEvent
from core.authorities.rules import Authority
from core.authorities.titles import TitleTask
from core.catalogue.rules import Catalogue
from core.deliveries.rules import DeliveryDetails
from core.languages.names import full_name
from core.languages.punctuation import labelled, listed
from core.languages.texts import Texts, texts
from core.role_keys import RoleKey
from core.users.rules import User
from handlers.authorities.conflicts import field_label
from handlers.authorities.views import CONFIRM_DATA, OPEN_AUTHORITY
from handlers.ui.action_ids import ROLE_HOLDERS
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped
from handlers.ui.messages import NotificationText, SlackMessage, as_direct_message
from handlers.ui.role_names import role_name

TRANSLATE = "title_translate"
# The language of the Commission's channel.
COMMISSION = "en"


@dataclass(frozen=True, slots=True)
class AuthorityNoticeContent:
    """The content of a notice about an authority."""

    event: AuthorityEvent
    authority: Authority
    by: User | None
    details: DeliveryDetails

    def codes(self, name: str) -> list[str]:
        """Return the list of codes under this name in the details."""
        found = self.details.get(name)
        return [str(code) for code in found] if isinstance(found, list) else []


def notice_text(
    notice: AuthorityNoticeContent, catalogue: Catalogue, language: str
) -> NotificationText:
    """Return the notice for an e-mail."""
    t = texts(language)
    _ = t.gettext
    title = notice.authority.informal_title
    subject = _("IMI: a change concerning the authority {authority}", authority=title)
    return NotificationText(subject, (_event_text(notice, t), *_detail_lines(notice, catalogue, t)))


def notice_message(
    notice: AuthorityNoticeContent, catalogue: Catalogue, language: str
) -> SlackMessage:
    """Return the notice as a DM, with a button for each role that lacks a holder (R61, D12)."""
    t = texts(language)
    message = as_direct_message(notice_text(notice, catalogue, language))
    blocks = list(message.blocks)
    for key in (RoleKey.parse(text) for text in notice.codes(ROLE_GAPS_KEY)):
        button = Button(t.gettext("Assign this role"), ROLE_HOLDERS, value=str(key))
        name = escaped(role_name(key, catalogue, language))
        line = t.gettext("This role needs a holder: {role}.", role=f"*{name}*")
        section = SectionBlock(f":warning: {line}", accessory=button, block_id=f"role_gap_{key}")
        blocks += blocks_json([section])
    return SlackMessage(message.text, blocks)


def title_task_message(
    task: TitleTask, authority: Authority, by: User, left: Collection[str]
) -> SlackMessage:
    """Return the message that asks the Commission to translate a title (R29, D17).

    `left` are the languages in which the title is not translated. Once the task is closed, the
    message says by whom, or that the title does not have to be translated any more.
    """
    t = texts(COMMISSION)
    if task.withdrawn:
        return _withdrawn_title_task_message(task, authority, by)
    if task.closed_by is not None:
        return _closed_title_task_message(task, authority, by, left)
    text = t.gettext("A title needs to be translated.")
    button = Button(t.gettext("Translate"), TRANSLATE, value=str(task.id), style="primary")
    rows = f"{_title_rows(task, authority, by, t)}\n{left_line(left, t)}"
    blocks = [
        SectionBlock(rows, block_id="title"),
        ActionsBlock([button], block_id=TRANSLATE),
    ]
    return SlackMessage(text, blocks_json(blocks))


def left_line(left: Collection[str], t: Texts) -> str:
    """Return how many languages of a title are still to be filled in (D17)."""
    return t.ngettext(
        "{number} language is still to be filled in.",
        "{number} languages are still to be filled in.",
        len(left),
    )


def _closed_title_task_message(
    task: TitleTask, authority: Authority, by: User, left: Collection[str]
) -> SlackMessage:
    t, member = texts(COMMISSION), f"<@{task.closed_by}>"
    notice = t.gettext("Translated by: {member}.", member=member)
    if left:
        kept = t.ngettext(
            "{number} language keeps the original title.",
            "{number} languages keep the original title.",
            len(left),
        )
        notice = t.gettext("Closed by: {member}.", member=member) + " " + kept
    rows = f"{_title_rows(task, authority, by, t)}\n:white_check_mark: {notice}"
    text = t.gettext("A title has been translated.")
    return SlackMessage(text, blocks_json([SectionBlock(rows, block_id="title")]))


def _withdrawn_title_task_message(task: TitleTask, authority: Authority, by: User) -> SlackMessage:
    t = texts(COMMISSION)
    text = t.gettext("This title no longer needs to be translated.")
    rows = f"{_title_rows(task, authority, by, t)}\n:white_check_mark: {text}"
    return SlackMessage(text, blocks_json([SectionBlock(rows, block_id="title")]))


def data_review_text(authority: Authority, language: str) -> NotificationText:
    """Return the e-mail that asks whether the data is still correct (R2, R30)."""
    _ = texts(language).gettext
    return NotificationText(
        _("Is your authority's information in IMI still correct?"),
        (
            _(
                "Other authorities find your authority by its contact data, keywords"
                " and descriptions. Please check them. Authority: {authority}.",
                authority=authority.informal_title,
            ),
            # Translators: Slack labels the tab Home; keep that word beside your word for tab.
            _("An administrator who is in Slack answers on the Home tab of the IMI app."),
        ),
    )


def data_review_message(authority: Authority, language: str) -> SlackMessage:
    """Return the same question as a DM with two answers."""
    _ = texts(language).gettext
    text = data_review_text(authority, language)
    number = str(authority.id)
    buttons = ActionsBlock(
        [
            Button(_("Yes, everything is correct"), CONFIRM_DATA, value=number, style="primary"),
            Button(_("Edit"), OPEN_AUTHORITY, value=number),
        ],
        block_id="still_right",
    )
    question = SectionBlock(f"*{escaped(text.subject)}*\n{escaped(text.lines[0])}")
    return SlackMessage(escaped(text.subject), blocks_json([question, buttons]))


def _event_text(notice: AuthorityNoticeContent, t: Texts) -> str:
    _, title = t.gettext, notice.authority.informal_title
    by = _("The system") if notice.by is None else full_name(notice.by, t.language)
    texts_by_event = {
        AuthorityEvent.EDITED: _(
            "The authority's data have been edited on its behalf. Authority:"
            " {authority}. By: {by}.",
            by=by,
            authority=title,
        ),
        AuthorityEvent.MODULES: _(
            "The modules have been changed. Authority: {authority}. By: {by}.",
            by=by,
            authority=title,
        ),
        AuthorityEvent.REMOVED: _(
            "Authority removed from IMI: {authority}. By: {by}.", by=by, authority=title
        ),
        AuthorityEvent.UNLINKED: _(
            "The link to a coordinator has been removed, because that authority no longer"
            " coordinates. Link another coordinator if you need one. Authority: {authority}."
            " Coordinator: {coordinator}.",
            authority=title,
            coordinator=str(notice.details.get("coordinator", "")),
        ),
    }
    return texts_by_event[notice.event]


def _detail_lines(notice: AuthorityNoticeContent, catalogue: Catalogue, t: Texts) -> list[str]:
    _ = t.gettext

    def modules(name: str) -> str:
        return ", ".join(catalogue.name_of_module(code, t.language) for code in notice.codes(name))

    lines = []
    if fields := ", ".join(field_label(name, catalogue, t) for name in notice.codes("fields")):
        lines.append(_("Changed: {fields}", fields=fields))
    if granted := modules("granted"):
        lines.append(_("Granted: {modules}", modules=granted))
    if withdrawn := modules("withdrawn"):
        lines.append(_("Withdrawn: {modules}", modules=withdrawn))
    if coordinator_gained := modules("coordinator_gained"):
        lines.append(" ".join([_("Coordinates from now on:"), coordinator_gained]))
    if coordinator_lost := modules("coordinator_lost"):
        lines.append(" ".join([_("No longer coordinates:"), coordinator_lost]))
    if unlinked := modules("modules"):
        lines.append(labelled(t.pgettext("label", "Modules"), unlinked, t.language))
    keys = (RoleKey.parse(text) for text in notice.codes(ROLE_GAPS_KEY))
    if roles := listed((role_name(key, catalogue, t.language) for key in keys), t.language):
        lines.append(_("Roles without a holder: {roles}", roles=roles))
    return lines


def _title_rows(task: TitleTask, authority: Authority, by: User, t: Texts) -> str:
    _ = t.gettext
    return "\n".join(
        [
            f"*{escaped(authority.official_name)}*",
            _("Old title: {title}", title=escaped(task.old_title)),
            _("New title: {title}", title=escaped(task.new_title)),
            _(
                "Changed on {date}. By: {name}.",
                name=escaped(full_name(by, t.language)),
                date=t.date(task.opened_at),
            ),
        ]
    )
