"""Tests of removing and restoring users in Slack, and of questions about leavers."""

from datetime import timedelta

import pytest

from bot.demo.demo import Demo
from core.languages.names import full_name
from core.languages.texts import texts
from core.users.rows import users
from core.users.rules import User
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    blocks_of,
    change_user,
    home_text,
    register,
    view_text,
    wait_until_sent,
)

_ = texts("da").gettext


async def reload_user(demo: Demo, user: User) -> User:
    found = await demo.product.store.read(lambda tx: users.find(tx, user.id))
    assert found is not None
    return found


async def register_and_remove(demo: Demo) -> User:
    """Register Ida, and remove her."""
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-removeuser", "ida")
    await demo.slack.submit(ANNA)
    return ida


async def register_and_deactivate(demo: Demo) -> User:
    """Register Jonas, deactivate him in Slack, and wait until Anna is asked."""
    jonas = await register(demo, member=JONAS)
    await demo.slack.close(ANNA)
    await demo.slack.deactivate(JONAS)
    await demo.slack.until(lambda: "leaver_keep" in str(demo.slack.messages(ANNA)))
    return jonas


async def test_the_confirmation_names_the_user_to_be_removed(demo: Demo) -> None:  # R13, D14
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-removeuser", "ida")

    assert blocks_of(demo)["who"]["text"]["text"] == f"*{full_name(ida, 'en')}*\n{ida.email}"
    assert "own" not in blocks_of(demo)
    await demo.slack.submit(ANNA)

    assert (await reload_user(demo, ida)).removed_at is not None
    assert _("User removed: {name}", name=full_name(ida, "en")) in view_text(demo)
    told = _("Your account in IMI has been removed")
    await demo.slack.until(lambda: any(mail.subject == told for mail in demo.slack.mails))
    note = _(
        "No longer a user in IMI: {name}. Authority: {authority}.",
        name=full_name(ida, "en"),
        authority="Sundhedsstyrelsen",
    )
    await demo.slack.until(lambda: note in str(demo.slack.messages("C0HEALTH")))  # C5


async def test_a_removal_is_undone_at_once(demo: Demo) -> None:  # D14
    ida = await register_and_remove(demo)

    await demo.slack.click(ANNA, "restore_user")

    await demo.slack.until(lambda: _("User restored") in view_text(demo))
    assert (await reload_user(demo, ida)).removed_at is None


async def test_a_removal_is_undone_from_the_list(demo: Demo) -> None:  # D14
    ida = await register_and_remove(demo)
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-removeuser", "restore")
    assert "Ida Møller" in blocks_of(demo)[f"restore_{ida.id}"]["text"]["text"]

    await demo.slack.click(ANNA, "restore_user", block_id=f"restore_{ida.id}")

    await demo.slack.until(lambda: _("User restored") in view_text(demo))


async def test_an_empty_list_of_removed_users_says_so(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-removeuser")
    await demo.slack.click(ANNA, "show_removed_users")

    assert _("No users were removed recently, so there is nobody to restore.") in view_text(demo)


async def test_a_refused_restore_says_why(demo: Demo) -> None:  # D9
    ida = await register_and_remove(demo)
    await demo.slack.close(ANNA)
    await register(demo)
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-removeuser", "restore")

    await demo.slack.click(ANNA, "restore_user", block_id=f"restore_{ida.id}")

    await demo.slack.until(lambda: "restore_" not in str(list(blocks_of(demo))))
    assert _(
        "Another IMI user already has this e-mail address. Every user needs an address of"
        " their own."
    ) in (view_text(demo))


async def test_the_last_administrator_cannot_be_removed(demo: Demo) -> None:  # D12, D14
    await demo.slack.command(ANNA, "/imi-removeuser", "aholm")
    assert "own" in blocks_of(demo)

    await demo.slack.submit(ANNA)

    assert "last_holder" in blocks_of(demo)


async def test_a_user_removed_meanwhile_is_not_found(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-removeuser", "ida")
    await change_user(demo, ida, removed_at=demo.slack.clock.now())

    await demo.slack.submit(ANNA)

    assert _("This entry no longer exists. Open the list again.") in view_text(demo)


async def test_a_leaver_is_removed_with_the_questions_button(demo: Demo) -> None:  # R65, D14
    jonas = await register_and_deactivate(demo)

    await demo.slack.click(ANNA, "leaver_remove", ANNA)
    await demo.slack.until(lambda: "follows" in blocks_of(demo))
    await demo.slack.submit(ANNA)

    assert (await reload_user(demo, jonas)).removed_at is not None
    text = _("Removed by: {name}.", name="Anna Holm")
    await demo.slack.until(lambda: text in str(demo.slack.messages(ANNA)))


async def test_a_leaver_is_kept(demo: Demo) -> None:  # D14
    jonas = await register_and_deactivate(demo)
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: "leaver_keep" in home_text(demo))

    await demo.slack.click(ANNA, "leaver_keep", "home")

    text = _("Kept as user for the time being. By: {name}.", name="Anna Holm")
    await demo.slack.until(lambda: text in str(demo.slack.messages(ANNA)))
    await demo.slack.until(lambda: "leaver_keep" not in home_text(demo))
    assert (await reload_user(demo, jonas)).removed_at is None


async def test_keeping_a_leaver_twice_reports_the_earlier_answer(demo: Demo) -> None:
    jonas = await register_and_deactivate(demo)
    await change_user(demo, jonas, removed_at=demo.slack.clock.now())

    await demo.slack.click(ANNA, "leaver_keep", ANNA)

    assert _("This entry no longer exists. Open the list again.") in view_text(demo)


async def test_without_a_name_the_user_to_remove_is_searched_for(demo: Demo) -> None:  # R13
    ida = await register(demo)
    await demo.slack.close(ANNA)

    await demo.slack.command(ANNA, "/imi-removeuser")
    found = await demo.slack.suggest(ANNA, "user_search:remove", "mol")
    assert str(found.body).count("'value'") == 1
    assert f"'value': '{ida.id}'" in str(found.body)
    await demo.slack.fill(ANNA, {"user_search:remove": str(ida.id)})

    await demo.slack.until(lambda: "who" in blocks_of(demo))
    assert "Ida Møller" in blocks_of(demo)["who"]["text"]["text"]
    await demo.slack.submit(ANNA)
    assert "removed" in blocks_of(demo)


@pytest.mark.parametrize("text", ["", "ida", "restore"])
async def test_an_ordinary_user_cannot_remove_a_user(demo: Demo, text: str) -> None:  # R38
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, "/imi-removeuser", text)

    assert demo.slack.view(JONAS) is None


async def test_a_user_restored_before_the_password_arrived_gets_it(demo: Demo) -> None:
    """D14, R68: the mail of a reset waits until the user is removed, and is dropped then."""
    jonas = await register(demo, member=JONAS)
    await wait_until_sent(demo)
    await demo.slack.close(ANNA, clear=True)
    demo.slack.mailbox.faults.add("defer", 20)
    await demo.slack.command(ANNA, "/imi-reset", jonas.username)
    await demo.slack.submit(ANNA)
    await demo.slack.close(ANNA, clear=True)
    await demo.slack.command(ANNA, "/imi-removeuser", jonas.username)
    await demo.slack.submit(ANNA)
    demo.slack.mailbox.faults.clear()
    demo.slack.advance(timedelta(minutes=10))

    await demo.slack.click(ANNA, "restore_user")

    text = _(
        "Your username is the same as before. You will receive a temporary password by e-mail;"
        " sign in with it and choose a new one."
    )
    await demo.slack.until(lambda: text in str(demo.slack.messages(JONAS)))
    await demo.slack.until(lambda: password_mails(demo, jonas) == 2)
    restored = _("User restored: {name}. By: {by}.", name=full_name(jonas, "da"), by="Anna Holm")
    await demo.slack.until(lambda: any(restored in mail.plain for mail in demo.slack.mails))
    # The authority is not told how the user signs in.
    assert not any(restored in mail.plain and text in mail.plain for mail in demo.slack.mails)


def password_mails(demo: Demo, user: User) -> int:
    subject = _("Your temporary password for IMI")
    return sum(
        mail.subject == subject and user.email in mail.recipients for mail in demo.slack.mails
    )
