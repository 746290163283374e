"""The modals to remove a user, and to restore removed ones."""

from slackblocks import ActionsBlock, Block, Button, ModalView, PlainText, SectionBlock

from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.policy import Policy
from core.users.rules import User
from handlers.json_types import Json
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.markdown import escaped
from handlers.ui.user_search import user_search_view

CONFIRM = "remove_confirm"
RESTORE = "restore_user"
SHOW_REMOVED = "show_removed_users"


def which_user(language: str) -> Json:
    """Return the search for the user to remove, with a button to restore a removed one."""
    _ = texts(language).gettext
    others = [Button(_("Restore a user"), SHOW_REMOVED, value="removed")]
    title, question = _("Remove a user"), _("Which user has left your authority?")
    return user_search_view("remove", title, question, others, language)


def confirm(user: User, policy: Policy, *, own: bool, language: str) -> Json:
    """Return the confirmation: who is removed, and what follows from it."""
    t = texts(language)
    _, name = t.gettext, escaped(full_name(user, t.language))
    rows = [
        _("{name} will no longer be able to sign in.", name=name),
        _("The user's roles will end, and the user will no longer appear in any list."),
        t.ngettext(
            "You can undo this for {number} day. After that, the person has to be"
            " registered again.",
            "You can undo this for {number} days. After that, the person has to be"
            " registered again.",
            policy.restore_days,
        ),
        _("What the user has done remains in the audit trail."),
    ]
    blocks: list[Block] = [
        SectionBlock(f"*{name}*\n{escaped(user.email)}", block_id="who"),
        SectionBlock("\n".join(f"• {row}" for row in rows), block_id="follows"),
    ]
    if own:
        warning = _(
            "This is your own account. You will lose access, and only another administrator"
            " can undo it."
        )
        blocks[1:1] = alert_blocks(warning, "warning", "own")
    view = ModalView(
        title=PlainText(_("Remove this user?")),
        submit=PlainText(_("Remove")),
        close=PlainText(_("Cancel")),
        callback_id=CONFIRM,
        private_metadata=metadata_json({"user": user.id}),
        blocks=blocks,
    )
    return view_json(view)


def removed(user: User, policy: Policy, language: str) -> Json:
    """Return the result of a removal, with a button to undo it."""
    t = texts(language)
    _ = t.gettext
    text = _("User removed: {name}", name=escaped(full_name(user, t.language)))
    days = t.ngettext(
        "You can undo this for {number} day, here or with `/imi-removeuser restore`.",
        "You can undo this for {number} days, here or with `/imi-removeuser restore`.",
        policy.restore_days,
    )
    undo = Button(_("Undo"), RESTORE, value=str(user.id))
    return _notice(
        _("User removed"),
        [
            SectionBlock(f":white_check_mark: *{text}*", block_id="removed"),
            SectionBlock(days),
            ActionsBlock([undo], block_id=RESTORE),
        ],
        t,
    )


def restored(user: User, language: str) -> Json:
    """Return the result of a restore."""
    t = texts(language)
    text = t.gettext(
        "User restored: {name}. The user will be notified.",
        name=escaped(full_name(user, t.language)),
    )
    return _notice(t.gettext("User restored"), [SectionBlock(f":white_check_mark: *{text}*")], t)


def restorable(users: tuple[User, ...], tz: str, language: str) -> Json:
    """Return the users who can be restored, each with a button."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        SectionBlock(
            f"*{escaped(full_name(user, t.language))}*\n" + _removal(user, tz, t),
            accessory=Button(t.pgettext("button", "Restore"), RESTORE, value=str(user.id)),
            block_id=f"restore_{user.id}",
        )
        for user in users
    ]
    empty_notice = SectionBlock(_("No users were removed recently, so there is nobody to restore."))
    return _notice(_("Restore a user"), blocks or [empty_notice], t)


def _removal(user: User, tz: str, t: Texts) -> str:
    at = user.removed_at
    return "" if at is None else t.gettext("removed on {moment}", moment=t.moment(at, tz))


def _notice(title: str, blocks: list[Block], t: Texts) -> Json:
    view = ModalView(
        title=PlainText(title),
        close=PlainText(t.gettext("Close")),
        callback_id="removal",
        blocks=blocks,
    )
    return view_json(view)
