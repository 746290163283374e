"""Registers the users of the demo's Irish authority, one or more in every state.

What they did lies in the past, so the messages about it count as sent; only the newest of it, such
as a request for a reset, is still to be sent when the demo begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.demo.ireland import email_at_register, irish_requests, person
from core.accounts import registration, removal, slack_members
from core.administration import registration as authority_registration
from core.audit.rules import Actor
from core.deliveries import settlement
from core.deliveries.rows import failures
from core.deliveries.rules import DeliveryKind
from core.deliveries.settlement import SendResult, Sent
from core.leavers import service as leavers
from core.members.rules import Member, MemberKey
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.signin import service as signin
from core.users import uniqueness
from core.users.mail_exposure import MailExposure
from core.users.principals import principal_of
from core.users.registration_form import new_user_of
from core.users.rows import users
from core.users.rules import RegistrationRequest, User

# The password of everybody here who has chosen one.
PASSWORD = "Green-harbour-47"  # noqa: S105 - it is shown to people who try the demo
WRONG_PASSWORDS = 5
# The member who is deactivated in Slack.
LEAVER = "U0DECLAN"


@dataclass(frozen=True, slots=True)
class SampleData:
    """The Slack members of the demo, the hash of `PASSWORD`, and the time when the demo begins."""

    members: Mapping[MemberKey, Member]
    digest: str
    rulebook: Rulebook
    now: datetime

    def before(self, **time: float) -> datetime:
        """Return the moment this long before the demo begins."""
        return self.now - timedelta(**time)


@dataclass(frozen=True, slots=True)
class NewColleague:
    """A colleague of the administrator, registered some days ago; `member` may be empty."""

    name: str
    member: str
    days: int = 220
    more_roles: tuple[RoleKey, ...] = ()


EARLIER = (
    NewColleague("Conor Walsh", "U0CONOR", more_roles=(ADMINISTRATOR,)),
    NewColleague("Ciarán Kelly", "U0CIARAN"),
    NewColleague("Declan Quinn", LEAVER),
    NewColleague("Máire Kavanagh", "U0MAIRE"),
    NewColleague("Orla Fitzgerald", "U0ORLA"),
    NewColleague("Gráinne Burke", "U0GRAINNE"),
    NewColleague("Liam Doyle", "U0LIAM"),
)
# Those of them whose password is valid for long.
RENEWED = (LEAVER, "U0MAIRE", "U0ORLA", "U0GRAINNE")
SAOIRSE = NewColleague("Saoirse Nolan", "U0SAOIRSE", days=2)
# Not in Slack, so that somebody has to tell him his username.
PADRAIG = NewColleague("Pádraig Flynn", "", days=2)


def register_sample_users(tx: Connection, sample: SampleData) -> None:
    """Register the Irish authorities and their users, the earliest act first."""
    niamh, aoife = _register_authorities(tx, sample)
    earlier = {one.member: _register(tx, sample, aoife, one) for one in EARLIER}
    _choose_password(tx, sample, earlier["U0CIARAN"], sample.before(days=190))
    # It expires in about ten days, so that a small jump of the clock sends a reminder.
    _choose_password(tx, sample, earlier["U0CONOR"], sample.before(days=173))
    for user in (niamh, aoife, *(earlier[member] for member in RENEWED)):
        _choose_password(tx, sample, user, sample.before(days=100))
    _give_temporary(tx, sample, earlier["U0LIAM"], sample.before(days=20))
    saoirse = _register(tx, sample, aoife, SAOIRSE)
    _give_temporary(tx, sample, saoirse, sample.before(days=2))
    _count_as_sent(tx, sample)
    padraig = _register(tx, sample, aoife, PADRAIG)
    _give_temporary(tx, sample, padraig, sample.before(days=2))
    removed = earlier["U0MAIRE"].id
    removal.remove(tx, principal_of(aoife), removed, sample.rulebook, sample.before(days=1))
    _count_as_sent(tx, sample)
    _block(tx, sample, earlier["U0GRAINNE"])
    _leave_slack(tx, sample, earlier[LEAVER])
    policy, orla = sample.rulebook.policy, earlier["U0ORLA"]
    resets.request_reset(tx, orla.id, RequestSource.SLACK, policy, sample.before(minutes=20))


def _register_authorities(tx: Connection, sample: SampleData) -> tuple[User, User]:
    at, rulebook = sample.before(days=230), sample.rulebook
    coordinator, register = irish_requests()
    niamh = authority_registration.register_from_command_line(tx, coordinator, rulebook, at)
    managed = replace(register.authority, manager_id=niamh.authority_id)
    aoife = authority_registration.register_from_command_line(
        tx, replace(register, authority=managed), rulebook, at
    )
    for user in (niamh, aoife):
        _save_member(tx, sample, user)
    return niamh, aoife


def _register(tx: Connection, sample: SampleData, by: User, new: NewColleague) -> User:
    at, policy = sample.before(days=new.days), sample.rulebook.policy
    first, last = new.name.split()
    email = email_at_register(new.name)
    username = uniqueness.propose_username(
        tx, first, last, MailExposure(first, last, email), policy
    )
    form = replace(person(first, last, email, new.member or None), username=username)
    new_user = replace(
        new_user_of(form, country="IE", policy=policy),
        roles=frozenset({RoleKey("PQ", "BASIC"), *new.more_roles}),
    )
    request = RegistrationRequest(by.authority_id, new_user, Actor.user(by.id))
    user = registration.register(tx, request, sample.rulebook, at)
    _save_member(tx, sample, user)
    return user


def _save_member(tx: Connection, sample: SampleData, user: User) -> None:
    if user.member is not None:
        slack_members.save_member(tx, sample.members[user.member])


def _give_temporary(tx: Connection, sample: SampleData, user: User, at: datetime) -> None:
    passwords.give_temporary(tx, user.id, sample.digest, sample.rulebook.policy, at)


def _choose_password(tx: Connection, sample: SampleData, user: User, at: datetime) -> None:
    """Sign in with a temporary password and choose an own one."""
    policy = sample.rulebook.policy
    _give_temporary(tx, sample, user, at)
    attempt = signin.begin(tx, user.username)
    signin.complete(tx, attempt, verified=True, policy=policy, now=at)
    choice = PasswordChoice(user.id, sample.digest, attempt.password_id)
    passwords.choose(tx, choice, policy, at)


def _block(tx: Connection, sample: SampleData, user: User) -> None:
    """Let the user type a wrong password too often, in a browser that they used before."""
    policy, at = sample.rulebook.policy, sample.before(hours=1)
    for _ in range(WRONG_PASSWORDS):
        attempt = signin.begin(tx, user.username, {user.id})
        signin.complete(tx, attempt, verified=False, policy=policy, now=at)


def _leave_slack(tx: Connection, sample: SampleData, user: User) -> None:
    """Let the user's Slack account be deactivated, of which the administrators are asked."""
    if user.member is not None:
        gone = replace(sample.members[user.member], deleted=True, seen_at=sample.now)
        slack_members.save_member(tx, gone)
        leavers.check_member(tx, gone, sample.now)


def _count_as_sent(tx: Connection, sample: SampleData) -> None:
    """Settle the messages that wait, as if each had been sent when it was queued."""
    while waiting := failures.unsent_page(tx, 0, 100, failed_only=False):
        sent = []
        for delivery in waiting:
            user = None
            if delivery.kind == DeliveryKind.USERNAME and delivery.user_id is not None:
                user = users.require(tx, delivery.user_id)
            sent.append(Sent(delivery, sample.before(days=1), SendResult(username_sent_to=user)))
        settlement.settle(tx, sent)
