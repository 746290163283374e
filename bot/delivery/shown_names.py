"""Keeps usernames out of the texts that stand in e-mails (R55, C4, D10).

The forms refuse a username that the e-mails would show, but names and titles change later.
"""

from dataclasses import replace

from bot.delivery.context import DeliveryContext
from core.authorities.rules import Authority
from core.deliveries.rules import WRITTEN_DETAILS, Delivery, DeliveryKind
from core.users.mail_exposure import contains_username, with_safe_name, without_usernames

# These never go by mail. A message in Slack about a username has to show it.
_ONLY_IN_SLACK = frozenset(
    {
        *(DeliveryKind.USERNAME, DeliveryKind.FIND_MEMBER, DeliveryKind.ONBOARDING),
        *(DeliveryKind.LEAVING, DeliveryKind.RETURNED, DeliveryKind.IMPORTED),
        *(DeliveryKind.REQUEST_CLOSED, DeliveryKind.LEAVER_CLOSED),
        *(DeliveryKind.TITLE_TASK, DeliveryKind.TITLE_TASK_CLOSED),
    }
)


def without_shown_usernames(context: DeliveryContext) -> DeliveryContext:
    """Return the context without the words that are the username of someone in it.

    That is for a mail, and for the same message in Slack if it can also go by mail.

    Such a word may stand in a name, in a title of the authority, or in what a person wrote: "By:
    Anna Holm" becomes "By: Anna H." in a mail about a user whose username is `holm`.
    """
    if context.delivery.kind in _ONLY_IN_SLACK:
        return context
    people = [one for one in (context.user, context.by, context.recipient) if one is not None]
    usernames = frozenset(one.username for one in people)
    if not contains_username(_all_texts(context), usernames):
        return context
    by, recipient = context.by, context.recipient
    return replace(
        context,
        delivery=_safe_delivery(context.delivery, usernames),
        user=with_safe_name(context.user, usernames),
        authority=_safe_authority(context.authority, usernames),
        by=None if by is None else with_safe_name(by, usernames),
        recipient=None if recipient is None else with_safe_name(recipient, usernames),
    )


def _all_texts(context: DeliveryContext) -> str:
    people = [one for one in (context.user, context.by, context.recipient) if one is not None]
    names = [f"{one.first_name} {one.last_name}" for one in people]
    authority, written = context.authority, _written(context.delivery).values()
    return " ".join([*names, authority.official_name, authority.informal_title, *written])


def _safe_authority(authority: Authority, usernames: frozenset[str]) -> Authority:
    return replace(
        authority,
        official_name=without_usernames(authority.official_name, usernames),
        informal_title=without_usernames(authority.informal_title, usernames),
    )


def _safe_delivery(delivery: Delivery, usernames: frozenset[str]) -> Delivery:
    safe = {name: without_usernames(text, usernames) for name, text in _written(delivery).items()}
    return replace(delivery, details={**delivery.details, **safe})


def _written(delivery: Delivery) -> dict[str, str]:
    return {name: str(delivery.details[name]) for name in WRITTEN_DETAILS & set(delivery.details)}
