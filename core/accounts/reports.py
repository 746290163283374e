"""Sends a user's report of a wrong detail in their account to their administrators (R59).

The report is recorded in the audit trail, and queued as a message to each administrator.
"""

from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import NobodyToAskError, RequiredError
from core.text_lengths import LONGEST_REPORT
from core.users.mail_exposure import mailed_text
from core.users.principals import Principal
from core.users.rows import queries, users


def report(tx: Connection, principal: Principal, text: str, now: datetime) -> int:
    """Send the text to the authority's other administrators; return how many there are.

    Raises:
        RequiredError, TextTooLongError: the text is empty or too long.
        WebAddressError: it holds the address of a web site, which would go out in a message.
        UsernameInTextError: it contains the user's username, which no e-mail may contain (R55).
        NotFoundError: the principal has been removed.
        NobodyToAskError: nobody else administers the authority.
    """
    user = users.require_in_authority(tx, principal.user_id, principal.authority_id)
    cleaned = mailed_text(text, "report", LONGEST_REPORT, {user.username})
    if not cleaned:
        raise RequiredError("report")
    administrators = queries.reachable_administrators_of(tx, user.authority_id)
    recipients = [administrator for administrator in administrators if administrator.id != user.id]
    if not recipients:
        raise NobodyToAskError("Nobody to tell.")
    audit_event = audit.event_about(
        Actor.user(user.id), Act.DETAIL_REPORTED, authority_id=user.authority_id, user_id=user.id
    )
    entry_id = audit.record(tx, audit_event, now).id
    new_deliveries = [
        NewDelivery(
            DeliveryKind.REPORT,
            user.authority_id,
            user.id,
            user.id,
            recipient_id=recipient.id,
            event=str(entry_id),
            details={"text": cleaned},
        )
        for recipient in recipients
    ]
    deliveries.queue(tx, new_deliveries, now)
    return len(recipients)
