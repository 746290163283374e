"""What the bot says of itself: the username to its user, a line to the team; pure."""

from dataclasses import dataclass
from typing import Any

from slackblocks import ActionsBlock, Button, ContextBlock, SectionBlock, Text

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.languages.texts import texts
from core.policy import UsernameDelivery
from core.role_keys import RoleKey
from core.users.rules import User
from handlers.blocks import drawn
from handlers.markdown import escaped, shortened

Json = dict[str, Any]

REVEAL_USERNAME = "reveal_username"


@dataclass(frozen=True, slots=True)
class Message:
    """A message: `text` stands in notifications and in mirrored mail, `blocks` in Slack alone.

    Slack reads both as markdown, and calls whom either names.
    """

    text: str
    blocks: list[Json]


def without_details(message: Message) -> Message:
    """Return the message with nothing in it but its words for a notification, which name nobody."""
    return Message(message.text, drawn([SectionBlock(escaped(message.text))]))


def username_dm(user: User, authority: Authority, way: UsernameDelivery) -> Message:
    """Return the DM that brings the username, which stands nowhere in `text` (C4, R55, D10)."""
    _ = texts(user.language).gettext
    greeting = _(
        "Hello {name}. You have an account in IMI at {authority}.",
        name=escaped(user.first_name),
        authority=escaped(authority.informal_title),
    )
    explained = _(
        "A temporary password comes by e-mail. With both you sign in and choose your own password."
    )
    if way == UsernameDelivery.REVEAL:
        button = Button(_("Show my username"), REVEAL_USERNAME, value="me")
        shown: SectionBlock | ActionsBlock = ActionsBlock([button], block_id=REVEAL_USERNAME)
    else:
        shown = SectionBlock(_("Your username: `{username}`", username=user.username))
    blocks = [
        SectionBlock(f":wave: {greeting}"),
        shown,
        SectionBlock(explained),
        ContextBlock([Text(_("Keep the username to yourself. IMI never sends it by e-mail."))]),
    ]
    text = _("Your username for IMI is here. Open the message to see it.")
    return Message(text, drawn(blocks))


def onboarding(user: User, authority: Authority, by: User | None, catalogue: Catalogue) -> Message:
    """Return the line for the team channel (C5): who, by whom, roles.

    Neither username nor address nor telephone.
    """
    language = by.language if by is not None else user.language
    _ = texts(language).gettext
    name, title = escaped(user.full_name), escaped(authority.informal_title)
    if by is None:
        said = _("{name} is now a user in IMI at {authority}.", name=name, authority=title)
    else:
        said = _(
            "{name} is now a user in IMI at {authority}, added by {administrator}.",
            name=name,
            authority=title,
            administrator=escaped(by.full_name),
        )
    held = [f"• {line}" for line in role_lines(user, catalogue, language)]
    blocks = [SectionBlock(f":bust_in_silhouette: {said}")]
    if held:
        blocks.append(SectionBlock(shortened("\n".join(held))))
    return Message(said, drawn(blocks))


def leaving(user: User, authority: Authority, language: str) -> Message:
    """Return the line for the team channel when somebody was removed: the name and no more."""
    _ = texts(language).gettext
    said = _(
        "{name} is no longer a user in IMI at {authority}.",
        name=escaped(user.full_name),
        authority=escaped(authority.informal_title),
    )
    return Message(said, drawn([SectionBlock(said)]))


def imported(number: int, authority: Authority, by: User | None, language: str) -> Message:
    """Return the line for the team channel when many were registered at once (C5)."""
    t = texts(language)
    name = t.gettext("The system") if by is None else escaped(by.full_name)
    said = t.ngettext(
        "{by} registered {number} user in IMI at {authority} from a file.",
        "{by} registered {number} users in IMI at {authority} from a file.",
        number,
        by=name,
        authority=escaped(authority.informal_title),
    )
    return Message(said, drawn([SectionBlock(f":busts_in_silhouette: {said}")]))


def role_lines(user: User, catalogue: Catalogue, language: str) -> list[str]:
    """Return a line a module: its name and the roles that the user holds in it."""
    return lines_of(user.roles, catalogue, language)


def lines_of(keys: tuple[RoleKey, ...], catalogue: Catalogue, language: str) -> list[str]:
    """Return a line a module, escaped: its name and those of the roles that are in it."""
    return [escaped(line) for line in plain_lines_of(keys, catalogue, language)]


def plain_lines_of(keys: tuple[RoleKey, ...], catalogue: Catalogue, language: str) -> list[str]:
    """Return the same for where there is no markup, such as an e-mail."""
    ordered, lines = in_order(keys, catalogue), []
    for module in dict.fromkeys(key.module for key in ordered):
        held = [catalogue.name_of_role(key, language) for key in ordered if key.module == module]
        name = catalogue.name_of_module(module, language) if module else None
        lines.append(f"{name}: {', '.join(held)}" if name else ", ".join(held))
    return lines


def in_order(keys: tuple[RoleKey, ...], catalogue: Catalogue) -> list[RoleKey]:
    """Return the roles in the catalogue's order; those it does not know come last."""
    known = catalogue.roles_in(key.module for key in keys)
    return [key for key in known if key in keys] + [key for key in keys if key not in known]
