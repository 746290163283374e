"""Creates a user with a row in every table that holds data about people."""

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.authorities.rows import drafts
from core.contacts import email_of
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import MemberFault
from core.leavers import rows as leavers
from core.leavers.rules import Leaver
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.rulebook import Rulebook
from core.schema.authorities import title_tasks
from core.secret import Secret
from core.signin import service as signin
from core.users.principals import Principal
from core.users.rules import User
from tests.factories import a_member, a_user, an_administrator, an_authority
from tests.times import NOON


def a_user_with_data_everywhere(tx: Connection, rulebook: Rulebook) -> User:
    """Register the user with an administrator; each has done something to the other."""
    authority = an_authority(tx)
    anna = an_administrator(
        tx, authority, rulebook, first_name="Magpie", email=email_of("magpie@a.example")
    )
    bo = a_user(tx, authority, rulebook, member=a_member(tx, "U0BO").key)
    passwords.choose(tx, PasswordChoice(bo.id, "magpie-hash", replaces_id=None), Policy(), NOON)
    signin.open_session(tx, bo.id, Secret("magpie-token"), NOON)
    resets.request_reset(tx, bo.id, RequestSource.SLACK, Policy(), NOON)
    leavers.save(tx, Leaver(bo.id, authority.id, MemberFault.GUEST, NOON, None, 1, 1))
    tx.execute(title_tasks.insert().values(_title_task(authority.id, bo.id)))
    drafts.add(tx, bo.id, authority.id, {}, NOON)
    _act_on_each_other(tx, anna, bo)
    return bo


def _title_task(authority_id: int, user_id: int) -> dict[str, object]:
    titles = {"old_title": "Old", "new_title": "New"}
    return {"authority_id": authority_id, "opened_by": user_id, "opened_at": NOON, **titles}


def _act_on_each_other(tx: Connection, anna: Principal, bo: User) -> None:
    for by, to in ((anna.user_id, bo.id), (bo.id, anna.user_id)):
        audit_event = audit.event_about(
            Actor.user(by), Act.USER_EDITED, authority_id=1, user_id=to, fields=[f"of-{to}"]
        )
        audit.record(tx, audit_event, NOON)
        report = NewDelivery(
            DeliveryKind.REPORT, anna.authority_id, to, by, 9, by, "9", {"text": f"words-of-{to}"}
        )
        deliveries.add(tx, [report], NOON)
