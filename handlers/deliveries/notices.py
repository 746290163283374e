"""Texts of the notices of a changed account, which go to its user and to their authority (D19)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from slackblocks import ActionsBlock, Button, Element

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.deliveries.notices import NoticeType
from core.deliveries.rules import DeliveryDetails
from core.languages.names import full_name
from core.languages.punctuation import listed
from core.languages.texts import Texts, texts
from core.role_keys import RoleKey
from core.users.rules import User
from handlers.ui.action_ids import ASK_RESET, OPEN_PORTAL
from handlers.ui.blocks import blocks_json
from handlers.ui.field_labels import user_field_label
from handlers.ui.messages import NotificationText, SlackMessage, as_direct_message
from handlers.ui.portal_button import portal_button
from handlers.ui.role_names import plain_role_lines

# The user needs the portal after these.
_ABOUT_PASSWORD = frozenset(
    {
        *(NoticeType.RESET, NoticeType.RESTORED, NoticeType.BLOCKED),
        *(NoticeType.REQUEST_DECLINED, NoticeType.REQUEST_EXPIRED),
    }
)


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """The content of a notice; `by` is None if the system made the change."""

    notice_type: NoticeType
    user: User
    authority: Authority
    by: User | None
    details: DeliveryDetails


def user_notice_text(notice: NoticeContent, catalogue: Catalogue) -> NotificationText:
    """Return the notice to the user whose account was changed."""
    t = texts(notice.user.language)
    subject, text = _subject_and_text(notice, t)
    unexpected = t.gettext("Were you not expecting this? Tell an administrator of your authority.")
    access = [_access_line(notice, t)] if notice.notice_type == NoticeType.RESTORED else []
    lines = (text, *access, *_detail_lines(notice, catalogue, t), unexpected)
    return NotificationText(subject, lines)


def user_notice_message(notice: NoticeContent, text: NotificationText, url: str) -> SlackMessage:
    """Return the notice as a DM; one about a password has a button to the portal at `url`."""
    message = as_direct_message(text)
    if notice.notice_type not in _ABOUT_PASSWORD:
        return message
    t = texts(notice.user.language)
    buttons: list[Element] = [portal_button(url, t)]
    if notice.notice_type == NoticeType.BLOCKED:
        # Only a reset helps, so the portal comes second.
        buttons.insert(0, Button(t.gettext("Ask for a new password"), ASK_RESET, value="me"))
    block = ActionsBlock(buttons, block_id=OPEN_PORTAL)
    return SlackMessage(message.text, [*message.blocks, *blocks_json([block])])


def authority_notice_text(
    notice: NoticeContent, catalogue: Catalogue, language: str
) -> NotificationText:
    """Return the notice to the authority's address; without address, telephone and username."""
    t = texts(language)
    name, title = full_name(notice.user, t.language), notice.authority.informal_title
    subject = t.gettext("IMI: a change among the users. Authority: {authority}", authority=title)
    return NotificationText(
        subject, (_authority_text(notice, name, t), *_detail_lines(notice, catalogue, t))
    )


def old_address_text(notice: NoticeContent, language: str) -> NotificationText:
    """Return the notice to the address that the user or the authority had before (D9)."""
    t = texts(language)
    _ = t.gettext
    return NotificationText(
        _("Your e-mail address in IMI has been changed"),
        (
            _(
                "Another e-mail address has been entered for you in IMI. By: {by}. From"
                " now on IMI writes to the new address.",
                by=_actor_name(notice, t),
            ),
            _("Were you not expecting this? Tell an administrator of your authority."),
        ),
    )


def _subject_and_text(notice: NoticeContent, t: Texts) -> tuple[str, str]:
    _, by = t.gettext, _actor_name(notice, t)
    title = notice.authority.informal_title
    texts_by_type: dict[NoticeType, tuple[str, str]] = {
        NoticeType.DETAILS_CHANGED: (
            _("Your details in IMI have been changed"),
            _("Your details in IMI have been changed. By: {by}.", by=by),
        ),
        NoticeType.ROLES_CHANGED: (
            _("Your roles in IMI have been changed"),
            _(
                "Your roles in IMI have been changed. By: {by}. Authority: {authority}.",
                by=by,
                authority=title,
            ),
        ),
        NoticeType.RESET: (
            _("Your password for IMI has been reset"),
            _(
                "Your password has been reset. By: {by}. You will receive a temporary"
                " password by e-mail; sign in with it and choose a new one.",
                by=by,
            ),
        ),
        NoticeType.BLOCKED: (
            _("Your password for IMI is blocked"),
            _(
                "A wrong password was entered too many times, so that you cannot sign in any more."
                " Ask an administrator of your authority to reset your password. In Slack, the"
                " command /imi-reset sends the request."
            ),
        ),
        NoticeType.REMOVED: (
            _("Your account in IMI has been removed"),
            _(
                "Your account in IMI has been removed. By: {by}. Authority: {authority}.",
                by=by,
                authority=title,
            ),
        ),
        NoticeType.RESTORED: (
            _("Your account in IMI has been restored"),
            _(
                "Your account in IMI has been restored. By: {by}. Authority: {authority}.",
                by=by,
                authority=title,
            ),
        ),
        NoticeType.ADMINISTRATOR_NAMED: (
            _("You are an administrator of your authority in IMI"),
            _(
                "You have been named administrator, because nobody else could act for"
                " the authority in Slack. By: {by}. Authority: {authority}.",
                by=by,
                authority=title,
            ),
        ),
        NoticeType.REQUEST_DECLINED: (
            _("Your request for a new password has been declined"),
            _("Your request for a new password has been declined. By: {by}.", by=by),
        ),
        NoticeType.REQUEST_EXPIRED: (
            _("Your request for a new password has expired"),
            _(
                "No administrator decided on your request for a new password. Contact"
                " an administrator, or send the request again."
            ),
        ),
    }
    return texts_by_type[notice.notice_type]


def _authority_text(notice: NoticeContent, name: str, t: Texts) -> str:
    _, by = t.gettext, _actor_name(notice, t)
    texts_by_type: dict[NoticeType, Callable[[], str]] = {
        NoticeType.REGISTERED: lambda: _("User registered: {name}. By: {by}.", by=by, name=name),
        NoticeType.IMPORTED: lambda: t.ngettext(
            "{number} user registered from a file. By: {by}.",
            "{number} users registered from a file. By: {by}.",
            int(str(notice.details.get("number", 0))),
            by=by,
        ),
        NoticeType.ROLES_CHANGED: lambda: _("Roles changed: {name}. By: {by}.", by=by, name=name),
        NoticeType.RESET: lambda: _("Password reset: {name}. By: {by}.", by=by, name=name),
        NoticeType.REMOVED: lambda: _("User removed: {name}. By: {by}.", by=by, name=name),
        NoticeType.ADMINISTRATOR_NAMED: lambda: _(
            "Administrator named: {name}. By: {by}. Nobody else could act for the"
            " authority in Slack.",
            by=by,
            name=name,
        ),
        NoticeType.RESTORED: lambda: _("User restored: {name}. By: {by}.", by=by, name=name),
    }
    return texts_by_type[notice.notice_type]()


def _actor_name(notice: NoticeContent, t: Texts) -> str:
    return t.gettext("The system") if notice.by is None else full_name(notice.by, t.language)


def _detail_lines(notice: NoticeContent, catalogue: Catalogue, t: Texts) -> list[str]:
    _, details = t.gettext, notice.details
    lines = []
    if fields := _list_in(details, "fields"):
        named = ", ".join(user_field_label(name, t) for name in fields)
        lines.append(_("Changed: {fields}", fields=named))
    if given := _roles(details, "given", catalogue, t):
        lines.append(_("Roles assigned: {roles}", roles=given))
    if taken := _roles(details, "taken", catalogue, t):
        lines.append(_("Roles removed: {roles}", roles=taken))
    if reason := str(details.get("reason", "")):
        lines.append(_("Reason: {reason}", reason=reason))
    return lines


def _access_line(notice: NoticeContent, t: Texts) -> str:
    """Return with what a restored user signs in."""
    if notice.details.get("new_password"):
        return t.gettext(
            "Your username is the same as before. You will receive a temporary password by e-mail;"
            " sign in with it and choose a new one."
        )
    return t.gettext("Your username and password are the same as before.")


def _roles(details: DeliveryDetails, name: str, catalogue: Catalogue, t: Texts) -> str:
    keys = tuple(RoleKey.parse(text) for text in _list_in(details, name))
    return listed(plain_role_lines(keys, catalogue, t.language), t.language)


def _list_in(details: DeliveryDetails, name: str) -> list[str]:
    found = details.get(name)
    return [str(value) for value in found] if isinstance(found, Iterable) else []
