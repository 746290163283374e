"""Tests of showing deliveries, sending one again, and confirming that a username was told."""

import asyncio
import json
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from bot.demo.demo import Demo, DemoOptions, running_demo
from core.languages.names import full_name
from core.languages.texts import texts
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.users.rows import users
from tests.bot.log_capture import log_to_memory
from tests.handlers.conftest import all_usernames_sent
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    blocks_of,
    change_user,
    find_user,
    home_text,
    register,
    view_text,
)

_ = texts("da").gettext
SENT = texts("da").pgettext("message", "sent")


async def refresh_until(demo: Demo, condition: Callable[[], bool]) -> None:
    """Press "Refresh" until the confirmation contains the text."""
    while not condition():
        await demo.slack.click(ANNA, "refresh")
        await asyncio.sleep(0.02)


def mail_line(demo: Demo) -> str:
    """Return the confirmation's line about the e-mail."""
    return json.dumps(blocks_of(demo)["delivery_temporary_password"])


async def test_refreshing_the_confirmation_shows_the_state_of_deliveries(demo: Demo) -> None:
    await register(demo, member=JONAS)
    await demo.slack.until(lambda: len(demo.slack.mails) == 10 and demo.slack.messages(JONAS))
    await demo.slack.until(lambda: len(demo.slack.messages("C0HEALTH")) == 2)

    await refresh_until(demo, lambda: view_text(demo).count(f": {SENT}") == 3)


async def test_a_temporary_password_is_sent_again(demo: Demo) -> None:  # D4
    user = await register(demo)
    await refresh_until(demo, lambda: view_text(demo).count(f": {SENT}") == 2)

    await demo.slack.click(ANNA, "send_again", block_id="delivery_temporary_password")

    await demo.slack.until(lambda: len(demo.slack.mails) == 11)
    first, second = (mail for mail in demo.slack.mails if user.email in mail.recipients)
    assert first.plain != second.plain
    await refresh_until(demo, lambda: '"send_again"' in mail_line(demo))


async def test_a_chosen_password_is_not_replaced_by_sending_again(demo: Demo) -> None:
    user = await register(demo)
    await refresh_until(demo, lambda: '"send_again"' in mail_line(demo))
    now, policy = demo.slack.clock.now(), demo.product.rulebook.policy

    def choose(tx: Connection) -> None:
        found = users.find(tx, user.id)
        assert found is not None
        passwords.choose(tx, PasswordChoice(user.id, "x", found.password_id), policy, now)

    await demo.product.store.write(choose)

    await demo.slack.click(ANNA, "send_again", block_id="delivery_temporary_password")

    assert _("The user has already chosen a password; there is nothing left to send.") in view_text(
        demo
    )


async def test_the_administrator_confirms_that_the_username_was_handed_over(
    demo: Demo,
) -> None:  # R54, D10
    user = await register(demo)
    assert f"`{user.username}`" in view_text(demo)
    assert _("I have passed on the username") in view_text(demo)

    await demo.slack.click(ANNA, "username_told")

    await demo.slack.until(lambda: _("I have passed on the username") not in view_text(demo))
    found = await find_user(demo, user.username)
    assert found is not None
    assert found.username_handed_over_at is not None


async def test_a_button_about_a_removed_user_is_refused(demo: Demo) -> None:  # D14
    user = await register(demo)
    await change_user(demo, user, removed_at=demo.slack.clock.now())

    await demo.slack.click(ANNA, "refresh")

    assert _("This entry no longer exists. Open the list again.") in view_text(demo)


async def test_a_failed_delivery_on_home_can_be_sent_again(demo: Demo) -> None:
    demo.slack.mailbox.faults.add("refuse", times=1)
    user = await register(demo)
    await demo.slack.until(lambda: demo.slack.messages("C0HEALTH")[1:])

    async def shows_failed_delivery() -> bool:
        await demo.slack.open_home(ANNA)
        return _("the mail server refused the address; check it") in home_text(demo)

    while not await shows_failed_delivery():
        pass

    await demo.slack.click(ANNA, "send_again", "home")
    await demo.slack.until(lambda: any(user.email in m.recipients for m in demo.slack.mails))
    await demo.slack.until(
        lambda: _("the mail server refused the address; check it") not in home_text(demo)
    )


async def test_a_refused_button_on_home_says_why(demo: Demo) -> None:
    demo.slack.mailbox.faults.add("refuse", times=1)
    user = await register(demo)

    async def shows_failed_delivery() -> bool:
        await demo.slack.open_home(ANNA)
        return "send_again" in home_text(demo)

    while not await shows_failed_delivery():
        pass
    await change_user(demo, user, removed_at=demo.slack.clock.now())
    await demo.slack.close(ANNA)

    await demo.slack.click(ANNA, "send_again", "home")

    assert _("This entry no longer exists. Open the list again.") in view_text(demo)


async def test_a_failed_delivery_is_sent_again_from_the_message_about_it(demo: Demo) -> None:
    demo.slack.mailbox.faults.add("refuse", times=1)
    user = await register(demo)
    await demo.slack.until(lambda: "send_again" in str(demo.slack.messages(ANNA)))
    # The confirmation has the same button.
    await demo.slack.close(ANNA)

    await demo.slack.click(ANNA, "send_again", ANNA)

    await demo.slack.until(lambda: any(user.email in m.recipients for m in demo.slack.mails))
    await demo.slack.until(lambda: full_name(user, "en") in view_text(demo))


@pytest.fixture
def revealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMI_USERNAME_DELIVERY", "reveal")


@pytest.mark.usefixtures("revealing")
async def test_a_revealed_username_is_shown_only_in_a_modal(
    demo_options: DemoOptions,
) -> None:  # D10
    log_to_memory()
    async with running_demo(demo_options) as demo:
        await demo.slack.until(lambda: all_usernames_sent(demo), 30)
        user = await register(demo, member=JONAS)
        await demo.slack.until(lambda: demo.slack.messages(JONAS))
        message = demo.slack.messages(JONAS)[-1]
        assert user.username not in json.dumps([message.text, message.blocks])

        await demo.slack.click(JONAS, "reveal_username")

        assert f"`{user.username}`" in view_text(demo, JONAS)
        found = await find_user(demo, user.username)
        assert found is not None
        assert found.username_handed_over_at is not None


async def test_the_dm_has_the_username_only_in_its_blocks(demo: Demo) -> None:  # C4, R55, D10
    user = await register(demo, member=JONAS)
    await demo.slack.until(lambda: demo.slack.messages(JONAS))

    message = demo.slack.messages(JONAS)[-1]

    assert user.username not in message.text
    assert f"`{user.username}`" in json.dumps(message.blocks)


async def test_the_channel_post_has_no_username_address_or_telephone(demo: Demo) -> None:  # C5
    user = await register(demo, phone="33445566", roles_PQ=["PQ:BASIC"])
    await demo.slack.until(lambda: len(demo.slack.messages("C0HEALTH")) == 2)

    summary = json.dumps(demo.slack.messages("C0HEALTH")[-1].blocks, ensure_ascii=False)

    assert "Ida Møller" in summary
    assert "Anna Holm" in summary
    assert "Basisbruger" in summary
    for hidden in (user.username, user.email, "33445566"):
        assert hidden not in summary
