"""Tests of password resets and requests in Slack."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from bot.demo.demo import Demo
from core.languages.names import full_name
from core.languages.texts import texts
from core.policy import Policy
from core.resets import rows, service
from core.resets.rules import RequestSource, ResetRequestState
from core.users.rows import users
from core.users.rules import User
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    LUKASZ,
    change_user,
    last_answer,
    register,
    view_text,
)

_ = texts("da").gettext
KARIN = "U0KARIN"


async def jonas_at(demo: Demo) -> User:
    """Register Jonas, and close the modal."""
    user = await register(demo, member=JONAS)
    await demo.slack.close(ANNA)
    await demo.slack.until(lambda: demo.slack.messages(JONAS))
    return user


async def request_as_jonas(demo: Demo) -> None:
    """Request a new password as Jonas, and wait until Anna has the request."""
    await demo.slack.command(JONAS, "/imi-reset")
    await demo.slack.submit(JONAS)
    await demo.slack.until(lambda: "reset_approve" in str(demo.slack.messages(ANNA)))


async def reload_user(demo: Demo, user: User) -> User:
    found = await demo.product.store.read(lambda tx: users.find(tx, user.id))
    assert found is not None
    return found


def mails_to(demo: Demo, user: User) -> int:
    return sum(user.email in mail.recipients for mail in demo.slack.mails)


async def test_a_reset_is_confirmed_and_shows_the_state_of_its_mail(
    demo: Demo,
) -> None:  # R16, R67, R68, C2
    jonas = await jonas_at(demo)
    await demo.slack.until(lambda: mails_to(demo, jonas) == 1)

    await demo.slack.command(ANNA, "/imi-reset", "jonas")
    assert jonas.email in view_text(demo)
    await demo.slack.submit(ANNA)

    assert _("Password reset: {name}", name=full_name(jonas, "en")) in view_text(demo)
    assert jonas.username not in view_text(demo)
    await demo.slack.until(lambda: mails_to(demo, jonas) == 2)
    async with asyncio.timeout(20):
        while texts("da").pgettext("message", "sent") not in view_text(demo):
            # The e-mail arrives a moment before it is recorded as sent.
            await demo.slack.click(ANNA, "refresh")
            await asyncio.sleep(0.05)
    told = _("Your password for IMI has been reset")
    await demo.slack.until(lambda: told in str(demo.slack.messages(JONAS)))  # D19


async def test_an_administrator_cannot_reset_their_own_password(demo: Demo) -> None:  # R67, D11
    await demo.slack.command(ANNA, "/imi-reset", "aholm")

    assert last_answer(demo) == _(
        "You cannot reset your own password. Type /imi-reset without a name to ask"
        " another administrator."
    )


async def test_the_password_of_a_user_removed_meanwhile_is_not_reset(demo: Demo) -> None:
    jonas = await jonas_at(demo)
    await demo.slack.command(ANNA, "/imi-reset", "jonas")
    await change_user(demo, jonas, removed_at=demo.slack.clock.now())

    await demo.slack.submit(ANNA)

    assert _("This entry no longer exists. Open the list again.") in view_text(demo)


async def test_the_only_administrator_without_an_access_manager_cannot_request_a_reset(
    demo: Demo,
) -> None:
    await demo.slack.command(KARIN, "/imi-reset")
    await demo.slack.click(KARIN, "ask_reset")

    assert "Your authority has no other administrator. Contact its access manager." in view_text(
        demo, KARIN
    )


async def test_the_only_administrator_asks_the_access_manager(demo: Demo) -> None:  # D11
    await demo.slack.command(ANNA, "/imi-reset")
    await demo.slack.click(ANNA, "ask_reset")
    assert "Karin Lindqvist" in view_text(demo)
    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: "reset_approve" in str(demo.slack.messages(KARIN)))


async def test_a_request_is_approved_from_its_message(demo: Demo) -> None:  # D11
    jonas = await jonas_at(demo)
    await demo.slack.command(JONAS, "/imi-reset")
    assert "Anna Holm" in view_text(demo, JONAS)
    await demo.slack.submit(JONAS)
    assert _("Request sent") in view_text(demo, JONAS)
    await demo.slack.until(lambda: "reset_approve" in str(demo.slack.messages(ANNA)))

    await demo.slack.click(ANNA, "reset_approve", ANNA)

    await demo.slack.until(lambda: demo.slack.view(ANNA) is not None)
    assert _("Password reset: {name}", name=full_name(jonas, "en")) in view_text(demo)
    await demo.slack.until(
        lambda: _("Approved by: {name}.", name="Anna Holm") in str(demo.slack.messages(ANNA))
    )
    assert "reset_approve" not in str(demo.slack.messages(ANNA))


async def test_asking_twice_shows_when_the_open_request_was_made(demo: Demo) -> None:  # D11
    await jonas_at(demo)
    await request_as_jonas(demo)

    await demo.slack.command(JONAS, "/imi-reset")

    assert _("Request sent") in view_text(demo, JONAS)
    assert str(demo.slack.messages(ANNA)).count("reset_approve") == 1


async def test_a_request_is_declined_with_a_reason(demo: Demo) -> None:  # D11
    jonas = await jonas_at(demo)
    await request_as_jonas(demo)

    await demo.slack.click(ANNA, "reset_decline", ANNA)
    await demo.slack.fill(ANNA, {"reason": "Kald mig *først*"})
    await demo.slack.submit(ANNA)

    assert demo.slack.view(ANNA) is None
    await demo.slack.until(lambda: "først" in str(demo.slack.messages(JONAS)))
    await demo.slack.until(
        lambda: _("Declined by: {name}.", name="Anna Holm") in str(demo.slack.messages(ANNA))
    )
    assert (await reload_user(demo, jonas)).password_id is not None


async def decline_as_anna(demo: Demo) -> None:
    """Decline the request of Jonas as Anna, and wait until Jonas has been told."""
    await demo.slack.click(ANNA, "reset_decline", ANNA)
    await demo.slack.fill(ANNA, {"reason": "Ring til mig"})
    await demo.slack.submit(ANNA)
    await demo.slack.until(lambda: "Ring til mig" in str(demo.slack.messages(JONAS)))


def pause_text(now: datetime) -> str:
    return _(
        "Your last request was declined. You can send a new request after {moment}."
        " Until then, call an administrator of your authority.",
        moment=texts("da").moment(now + timedelta(hours=24), "Europe/Copenhagen"),
    )


async def test_after_a_decline_the_command_says_when_to_ask_again(demo: Demo) -> None:  # D11
    await jonas_at(demo)
    await request_as_jonas(demo)
    await demo.slack.close(JONAS)
    await decline_as_anna(demo)

    await demo.slack.command(JONAS, "/imi-reset")

    assert pause_text(demo.slack.clock.now()) in last_answer(demo, JONAS)
    demo.slack.clock.advance(timedelta(hours=24))
    await demo.slack.command(JONAS, "/imi-reset")
    assert "Anna Holm" in view_text(demo, JONAS)


async def test_a_form_that_was_open_during_the_decline_is_refused(demo: Demo) -> None:  # D11
    jonas = await jonas_at(demo)
    await demo.slack.command(JONAS, "/imi-reset")
    now = demo.slack.clock.now()

    def decline_one(tx: Connection) -> None:
        request = service.request_reset(tx, jonas.id, RequestSource.SLACK, Policy(), now)
        state = ResetRequestState.DECLINED
        rows.close(tx, replace(request, state=state, decided_at=now))

    await demo.product.store.write(decline_one)

    await demo.slack.submit(JONAS)

    assert pause_text(now) in view_text(demo, JONAS)


@pytest.mark.parametrize("button", ["reset_approve", "reset_decline"])
async def test_a_person_without_an_account_cannot_decide(demo: Demo, button: str) -> None:  # D11
    await jonas_at(demo)
    await request_as_jonas(demo)
    await register(demo, member=LUKASZ)
    (message,) = [m for m in demo.slack.messages(ANNA) if "reset_approve" in str(m.blocks)]

    # The same buttons, pressed by somebody without the permission.
    token = demo.settings.slack_bot_token.get_secret_value()
    client = AsyncWebClient(token, base_url=demo.slack.api_url)
    await client.chat_postMessage(channel=LUKASZ, text="x", blocks=message.blocks)
    await demo.slack.click(LUKASZ, button, LUKASZ)

    refusal = "Only an administrator of your authority can do this. Ask one of your administrators."
    assert texts("pl").gettext(refusal) in view_text(demo, LUKASZ)


async def test_a_late_decision_is_refused(demo: Demo) -> None:  # D11
    jonas = await jonas_at(demo)
    await request_as_jonas(demo)
    request = await demo.product.store.read(lambda tx: rows.find_open_of_user(tx, jonas.id))
    assert request is not None
    await demo.slack.click(ANNA, "reset_decline", ANNA)
    closed = replace(request, state=ResetRequestState.EXPIRED)
    await demo.product.store.write(lambda tx: rows.close(tx, closed))

    await demo.slack.submit(ANNA)

    assert _("This request has been decided in the meantime, or has expired.") in view_text(demo)


async def test_asking_after_being_removed_is_refused(demo: Demo) -> None:
    jonas = await jonas_at(demo)
    await demo.slack.command(JONAS, "/imi-reset")
    await change_user(demo, jonas, removed_at=demo.slack.clock.now(), email_key="gone")

    await demo.slack.submit(JONAS)

    assert _(
        "You have no account in IMI yet. Ask an administrator of your authority to add you."
    ) in view_text(demo, JONAS)


async def test_the_word_help_explains_the_command(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-reset", "HELP")

    assert last_answer(demo).startswith("*/imi-reset*")


@pytest.mark.parametrize("username", ["joestergaard", "aholm"])
async def test_a_reason_with_a_username_is_refused_at_its_field(  # R55, C4, D10
    demo: Demo, username: str
) -> None:
    await jonas_at(demo)
    await request_as_jonas(demo)
    await demo.slack.click(ANNA, "reset_decline", ANNA)
    await demo.slack.until(lambda: "reset_declined" in view_text(demo))
    await demo.slack.fill(ANNA, {"reason": f"The username is {username}"})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {
        "reason": _(
            "This text can be sent by e-mail, and no e-mail may contain a username. Leave the"
            " username out of it."
        )
    }


async def test_the_request_of_a_removed_user_shows_who_removed_them(demo: Demo) -> None:  # D11, D14
    jonas = await jonas_at(demo)
    await request_as_jonas(demo)
    await demo.slack.command(ANNA, "/imi-removeuser", "jonas")
    await demo.slack.submit(ANNA)

    text = _("User removed: {name}. By: {by}.", name=full_name(jonas, "da"), by="Anna Holm")
    await demo.slack.until(lambda: text in str(demo.slack.messages(ANNA)))
