"""A user tells their administrators that a detail of theirs is wrong (R59)."""

from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import NobodyToAskError, RequiredError, TextTooLongError
from core.limits import LONGEST_REPORT
from core.text.characters import in_lines
from core.users.principals import Principal
from core.users.rows import queries, users


def report(tx: Connection, principal: Principal, text: str, now: datetime) -> int:
    """Tell the authority's other administrators; return how many.

    Raises:
        RequiredError, TextTooLongError: nothing is written, or too much.
        NotFoundError: the asker is gone.
        NobodyToAskError: nobody else administers the authority.
    """
    said = in_lines(text)
    if not said:
        raise RequiredError("report")
    if len(said) > LONGEST_REPORT:
        raise TextTooLongError("report", LONGEST_REPORT)
    me = users.require_in_authority(tx, principal.user_id, principal.authority_id)
    others = [one for one in queries.administrators_of(tx, me.authority_id) if one.id != me.id]
    if not others:
        raise NobodyToAskError("Nobody to tell.")
    audit_event = audit.event_about(
        Actor.user(me.id), Act.DETAIL_REPORTED, authority_id=me.authority_id, user_id=me.id
    )
    event = str(audit.record(tx, audit_event, now).id)
    wishes = [
        NewDelivery(
            DeliveryKind.REPORT,
            me.authority_id,
            me.id,
            me.id,
            recipient_id=one.id,
            event=event,
            details={"text": said},
        )
        for one in others
    ]
    deliveries.queue(tx, wishes, now)
    return len(others)
