"""The Home tab for administrators, for users, and for everybody else; pure."""

from dataclasses import dataclass
from datetime import datetime

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    HomeTabView,
    PlainText,
    SectionBlock,
    Text,
)

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.deliveries.rules import Delivery
from core.languages.texts import Texts, texts
from core.passwords.rules import AccountState, PasswordState, account_state, password_state
from core.users.rules import User
from handlers.blocks import Json, drawn_view
from handlers.deliveries.messages import role_lines
from handlers.deliveries.views import failed_blocks
from handlers.markdown import escaped

ADD_USER = "home_add_user"
OPEN_PORTAL = "open_portal"


@dataclass(frozen=True, slots=True)
class Overview:
    """What an administrator's Home tab shows."""

    me: User
    authority: Authority
    newest: tuple[User, ...]
    failed: tuple[tuple[Delivery, str], ...]
    administrators: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Frame:
    """When and where it is looked at."""

    now: datetime
    tz: str
    public_url: str
    catalogue: Catalogue


def for_administrator(overview: Overview, frame: Frame) -> Json:
    """Return the Home tab of an administrator: what needs attention, then the newest users."""
    t = texts(overview.me.language)
    _ = t.gettext
    title = _("Users of {authority}", authority=overview.authority.informal_title)
    blocks: list[Block] = [
        HeaderBlock(title[:150]),
        ActionsBlock(
            [Button(_("Add a user"), ADD_USER, value="add", style="primary")], block_id=ADD_USER
        ),
        *_attention(overview, t),
        DividerBlock(),
        *(_user_block(user, frame, t) for user in overview.newest),
    ]
    return _home([*blocks, *_own(overview.me, frame, t)])


def for_user(me: User, frame: Frame) -> Json:
    """Return the Home tab of a user who is no administrator."""
    t = texts(me.language)
    roles = role_lines(me, frame.catalogue, me.language) or [t.gettext("No roles yet.")]
    blocks: list[Block] = [
        HeaderBlock(t.gettext("Your account in IMI")),
        SectionBlock("\n".join([f"*{escaped(me.full_name)}*", *(f"• {line}" for line in roles)])),
    ]
    return _home([*blocks, *_own(me, frame, t)])


def for_nobody(text: str) -> Json:
    """Return the Home tab of a person without an account."""
    return _home([SectionBlock(text)])


def account_words(state: AccountState, t: Texts) -> str:
    """Return the account's state in words (R76, R77)."""
    _ = t.gettext
    return {
        AccountState.NEW: _("new: has never signed in"),
        AccountState.ACTIVE: _("active"),
    }[state]


def password_words(state: PasswordState, t: Texts) -> str:
    """Return the password's state in words, with a symbol (R78)."""
    _ = t.gettext
    return {
        PasswordState.TEMPORARY: ":hourglass: " + _("temporary password"),
        PasswordState.VALID: ":white_check_mark: " + _("valid password"),
        PasswordState.BLOCKED: ":lock: " + _("blocked password"),
        PasswordState.EXPIRED: ":warning: " + _("expired password"),
    }[state]


def _attention(overview: Overview, t: Texts) -> list[Block]:
    blocks: list[Block] = []
    if overview.administrators < overview.wanted:
        lacking = t.gettext(
            "Your authority has only one administrator. Add a second one who can stand in."
        )
        blocks.append(SectionBlock(f":warning: {lacking}"))
    return [*blocks, *failed_blocks(overview.failed, t.language)]


def _user_block(user: User, frame: Frame, t: Texts) -> Block:
    _ = t.gettext
    states = [
        account_words(account_state(user.standing), t),
        password_words(password_state(user.standing, frame.now), t),
    ]
    if user.last_signed_in_at is not None:
        moment = t.moment(user.last_signed_in_at, frame.tz)
        states.append(_("last sign-in {moment}", moment=moment))
    roles = role_lines(user, frame.catalogue, t.language) or [_("No roles yet.")]
    shown = [f"*{escaped(user.full_name)}*", " · ".join(states), *(f"• {line}" for line in roles)]
    return SectionBlock("\n".join(shown)[:3000], block_id=f"user_{user.id}")


def _own(me: User, frame: Frame, t: Texts) -> list[Block]:
    _ = t.gettext
    state, until = password_words(_state(me, frame), t), me.standing.expires_at
    if until is None:
        own = _("Your own password: {state}", state=state)
    else:
        date = t.date(until, frame.tz)
        own = _("Your own password: {state}, until {date}", state=state, date=date)
    url = f"{frame.public_url}/?lang={me.language}"
    portal = Button(PlainText(_("Open the portal")), OPEN_PORTAL, url=url)
    return [
        DividerBlock(),
        ContextBlock([Text(own)], block_id="own_password"),
        ActionsBlock([portal], block_id=OPEN_PORTAL),
    ]


def _state(user: User, frame: Frame) -> PasswordState:
    return password_state(user.standing, frame.now)


def _home(blocks: list[Block]) -> Json:
    return drawn_view(HomeTabView(blocks))
