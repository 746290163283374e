"""The direct message with a username, and the posts about users in an authority's Slack channel."""

from slackblocks import ActionsBlock, Button, ContextBlock, SectionBlock, Text

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.languages.names import full_name
from core.languages.texts import texts
from core.policy import UsernameDelivery
from core.users.rules import User
from handlers.ui.action_ids import REVEAL_USERNAME
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped, shortened
from handlers.ui.messages import SlackMessage
from handlers.ui.portal_button import portal_block
from handlers.ui.role_names import user_role_lines


def username_message(
    user: User, authority: Authority, username_delivery: UsernameDelivery, url: str
) -> SlackMessage:
    """Return the DM with the username, which does not occur in `text` (C4, R55, D10).

    `url` is the address of the portal.
    """
    _ = texts(user.language).gettext
    greeting = _(
        "Hello {name}. You have an account in IMI. Authority: {authority}.",
        name=escaped(full_name(user, user.language)),
        authority=escaped(authority.informal_title),
    )
    explained = _(
        "You will receive a temporary password by e-mail. Sign in with username and"
        " password and choose your own password."
    )
    if username_delivery == UsernameDelivery.REVEAL:
        button = Button(_("Show my username"), REVEAL_USERNAME, value="me")
        shown: SectionBlock | ActionsBlock = ActionsBlock([button], block_id=REVEAL_USERNAME)
    else:
        shown = SectionBlock(_("Your username: `{username}`", username=user.username))
    blocks = [
        SectionBlock(f":wave: {greeting}"),
        shown,
        SectionBlock(explained),
        portal_block(url, user.language),
        ContextBlock([Text(_("Keep the username to yourself. IMI never sends it by e-mail."))]),
    ]
    text = _("Your username for IMI is here. Open the message to see it.")
    return SlackMessage(text, blocks_json(blocks))


def new_user_message(
    user: User, authority: Authority, by: User | None, catalogue: Catalogue
) -> SlackMessage:
    """Return the post in the team channel about a new user: name, administrator, roles (C5).

    It contains no username, no address and no telephone number.
    """
    language = by.language if by is not None else user.language
    _ = texts(language).gettext
    name, title = escaped(full_name(user, language)), escaped(authority.informal_title)
    if by is None:
        text = _("New user in IMI: {name}. Authority: {authority}.", name=name, authority=title)
    else:
        text = _(
            "New user in IMI: {name}. Authority: {authority}. Added by: {administrator}.",
            name=name,
            authority=title,
            administrator=escaped(full_name(by, language)),
        )
    held = [f"• {line}" for line in user_role_lines(user, catalogue, language)]
    blocks = [SectionBlock(f":bust_in_silhouette: {text}")]
    if held:
        blocks.append(SectionBlock(shortened("\n".join(held))))
    return SlackMessage(text, blocks_json(blocks))


def user_removed_message(user: User, authority: Authority, language: str) -> SlackMessage:
    """Return the post in the team channel about a removed user; it contains their name only."""
    _ = texts(language).gettext
    text = _(
        "No longer a user in IMI: {name}. Authority: {authority}.",
        name=escaped(full_name(user, language)),
        authority=escaped(authority.informal_title),
    )
    return SlackMessage(text, blocks_json([SectionBlock(text)]))


def user_restored_message(user: User, authority: Authority, language: str) -> SlackMessage:
    """Return the post in the team channel about a user whose removal was undone: their name."""
    _ = texts(language).gettext
    text = _(
        "A user in IMI again: {name}. Authority: {authority}. The removal has been undone.",
        name=escaped(full_name(user, language)),
        authority=escaped(authority.informal_title),
    )
    return SlackMessage(text, blocks_json([SectionBlock(text)]))


def users_imported_message(
    number: int, authority: Authority, by: User | None, language: str
) -> SlackMessage:
    """Return the post in the team channel about an import of many users (C5)."""
    t = texts(language)
    name = t.gettext("The system") if by is None else escaped(full_name(by, t.language))
    text = t.ngettext(
        "{number} user registered in IMI from a file. Authority: {authority}. By: {by}.",
        "{number} users registered in IMI from a file. Authority: {authority}. By: {by}.",
        number,
        by=name,
        authority=escaped(authority.informal_title),
    )
    return SlackMessage(text, blocks_json([SectionBlock(f":busts_in_silhouette: {text}")]))
