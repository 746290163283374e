"""Tests of sending all failed messages again: confirmation, progress and result (B07)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from core.audit.rules import Act
from core.deliveries import bulk_resend
from core.deliveries import service as deliveries_service
from core.deliveries.bulk_resend import ResendReport
from core.deliveries.rules import DeliveryKind, DeliveryState, FailureReason, NewDelivery
from core.errors import NotAdministratorError
from core.languages.names import full_name
from core.languages.texts import texts
from core.schema.audit import audit_entries
from core.schema.deliveries import deliveries
from core.schema.passwords import passwords
from handlers.deliveries import resend_views
from handlers.refusal_texts import refusal_text
from tests.factories import executing
from tests.handlers.demo_actions import (
    ANNA,
    change_user,
    home_text,
    register,
    take_all_roles,
    view_text,
    wait_until_sent,
)

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Connection

    from bot.demo.demo import Demo
    from core.users.rules import User

_ = texts("da").gettext
NAMES = ("Ida", "Bo", "Eva")
BUTTON = "send_all_again"


async def three_users_without_letter(demo: Demo) -> list[User]:
    """Register three users, and open Home when their letters have failed."""
    registered = [
        await register(demo, first_name=name, email=f"{name.lower()}.m@sundhed.example")
        for name in NAMES
    ]
    await demo.slack.close(ANNA)
    await wait_until_sent(demo)
    demo.slack.mailbox.mails.clear()
    await fail_letters(demo, registered)
    await demo.slack.open_home(ANNA)
    return registered


async def fail_letters(demo: Demo, registered: list[User]) -> None:
    letters = (
        deliveries.c.kind == DeliveryKind.TEMPORARY_PASSWORD,
        deliveries.c.user_id.in_([user.id for user in registered]),
    )
    failed = {"state": DeliveryState.FAILED, "reason": FailureReason.MAIL_FAULT}
    await demo.product.store.write(executing(update(deliveries).where(*letters).values(**failed)))


async def press_and_confirm(demo: Demo) -> None:
    await demo.slack.click(ANNA, BUTTON, "home")
    answer = await demo.slack.submit(ANNA)
    assert answer.errors == {}


def recipients(demo: Demo) -> list[str]:
    return sorted(to for mail in demo.slack.mails for to in mail.recipients)


def count_sent_again(tx: Connection) -> int:
    query = select(func.count()).where(audit_entries.c.act == Act.SENT_AGAIN)
    return int(tx.scalar(query) or 0)


async def test_all_failed_letters_are_sent_again_with_one_button(demo: Demo) -> None:
    registered = await three_users_without_letter(demo)

    await demo.slack.click(ANNA, BUTTON, "home")
    confirmation = view_text(demo)
    before = await demo.product.store.read(count_sent_again)
    await demo.slack.submit(ANNA)
    await demo.slack.until(lambda: len(demo.slack.mails) == 3)
    result = texts("da").ngettext(
        "{number} message is on its way again.", "{number} messages are on their way again.", 3
    )
    await demo.slack.until(lambda: result in view_text(demo))

    assert _("Send all again?") in confirmation
    assert f"{_('Temporary password by e-mail')}: 3" in confirmation
    assert before == 0
    assert recipients(demo) == sorted(user.email for user in registered)
    assert await demo.product.store.read(count_sent_again) == 3
    await demo.slack.until(lambda: BUTTON not in home_text(demo))


async def test_nothing_is_sent_before_the_confirmation(demo: Demo) -> None:
    await three_users_without_letter(demo)

    await demo.slack.click(ANNA, BUTTON, "home")
    await demo.slack.close(ANNA)
    await wait_until_sent(demo)

    assert demo.slack.mails == []
    assert BUTTON in home_text(demo)


async def test_what_another_administrator_has_sent_again_is_not_sent_twice(demo: Demo) -> None:
    """Nothing is sent twice, whichever of two administrators is first."""
    registered = await three_users_without_letter(demo)
    await demo.slack.click(ANNA, BUTTON, "home")
    again = [
        NewDelivery(DeliveryKind.TEMPORARY_PASSWORD, user.authority_id, user.id)
        for user in registered
    ]
    now = demo.slack.clock.now()
    await demo.product.store.write(
        lambda tx: [deliveries_service.queue_again(tx, one, now) for one in again]
    )

    await demo.slack.submit(ANNA)
    await demo.slack.until(lambda: len(demo.slack.mails) == 3)
    await wait_until_sent(demo)

    assert recipients(demo) == sorted(user.email for user in registered)


async def test_the_result_names_whose_password_has_run_out(demo: Demo) -> None:
    """D2: an expired temporary password needs a reset, so it is not sent again."""
    first, second, third = await three_users_without_letter(demo)
    await expire(demo, first)
    await change_user(demo, second, removed_at=demo.slack.clock.now())

    await press_and_confirm(demo)
    heading = _("Reset the password of a user to send a new temporary password by e-mail.")
    await demo.slack.until(lambda: heading in view_text(demo))

    assert f"• {full_name(first, 'en')}" in view_text(demo)
    one = texts("da").ngettext(
        "{number} message was no longer needed.",
        "{number} messages were no longer needed.",
        1,
    )
    assert one in view_text(demo)
    await demo.slack.until(lambda: recipients(demo) == [third.email])


async def expire(demo: Demo, user: User) -> None:
    """Let the user's temporary password expire."""
    then = demo.slack.clock.now() - timedelta(days=1)
    query = update(passwords).where(passwords.c.user_id == user.id).values(expires_at=then)
    await demo.product.store.write(executing(query))


async def test_a_former_administrator_sends_nothing(demo: Demo) -> None:
    await three_users_without_letter(demo)
    await demo.slack.click(ANNA, BUTTON, "home")
    await take_all_roles(demo)

    await demo.slack.submit(ANNA)
    await wait_until_sent(demo)

    assert demo.slack.mails == []


async def test_losing_the_role_while_messages_are_sent_again_stops_it_and_says_so(  # B07
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three_users_without_letter(demo)
    await demo.slack.click(ANNA, BUTTON, "home")

    def refuse(*_arguments: object) -> None:
        raise NotAdministratorError

    monkeypatch.setattr(bulk_resend, "send_again", refuse)
    await demo.slack.submit(ANNA)

    problem = refusal_text(NotAdministratorError(), "da")
    await demo.slack.until(lambda: problem in view_text(demo))
    assert demo.slack.mails == []


async def test_sending_again_that_fails_unexpectedly_says_what_to_do(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some messages may be on their way, so the text does not say that nothing was changed."""
    await three_users_without_letter(demo)
    await demo.slack.click(ANNA, BUTTON, "home")

    def fail(*_arguments: object) -> None:
        raise KeyError("hunter2")

    monkeypatch.setattr(bulk_resend, "send_again", fail)
    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: "Afsendelsen er standset." in view_text(demo))
    assert "hunter2" not in view_text(demo)
    assert "Noget gik galt, og intet" not in view_text(demo)


def test_of_many_users_with_an_expired_password_only_the_first_are_named() -> None:  # B07
    names = tuple(f"Ida {number}" for number in range(resend_views.MAX_NAMES + 2))

    shown = str(resend_views.finished(ResendReport(), names, "en"))

    assert shown.count("• Ida") == resend_views.MAX_NAMES
    assert "and 2 more" in shown


def test_the_result_says_that_the_own_password_was_left_out() -> None:  # R67
    shown = str(resend_views.finished(ResendReport(queued=1, own=True), (), "en"))

    assert "Your own temporary password was left out" in shown
    assert "left out" not in str(resend_views.finished(ResendReport(queued=1), (), "en"))


async def test_one_failed_message_has_its_own_button_alone(demo: Demo) -> None:
    user = await register(demo)
    await demo.slack.close(ANNA)
    await wait_until_sent(demo)
    await fail_letters(demo, [user])

    await demo.slack.open_home(ANNA)

    assert '"send_again"' in home_text(demo)
    assert BUTTON not in home_text(demo)


async def test_a_button_that_is_out_of_date_says_that_nothing_is_left(demo: Demo) -> None:  # B07
    await three_users_without_letter(demo)
    sent = update(deliveries).values(state=DeliveryState.SENT, reason=None)
    await demo.product.store.write(executing(sent))

    await demo.slack.click(ANNA, BUTTON, "home")

    assert _("There are no failed messages to send again.") in view_text(demo)
