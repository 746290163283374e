"""Tests of what the access manager sees of the messages to an authority's first user."""

from bot.demo.demo import Demo
from core.audit.rows import entries
from core.audit.rules import Act
from core.languages.texts import texts
from tests.handlers.authorities.test_authority_registration_listeners import (
    IDA,
    KARIN,
    YULIA,
    go_to_first_user_step,
)
from tests.handlers.demo_actions import (
    blocks_of,
    change_user,
    find_user,
    home_text,
    view_text,
    wait_until_sent,
)

_ = texts("en").gettext
REFUSED = _("the mail server refused the address; check it")
PASSED_ON = _("I have passed on the username")


async def register(demo: Demo, member: str | None = None) -> None:
    """Register Østby with Ida as Karin; what is shown then is the confirmation."""
    await go_to_first_user_step(demo)
    if member is not None:
        await demo.slack.fill(KARIN, {"first_user_member": member})
        await demo.slack.until(lambda: "email:1" in blocks_of(demo, KARIN))
    await demo.slack.fill(KARIN, {**IDA, "username": "ida.m"})
    assert (await demo.slack.submit(KARIN)).errors == {}


async def test_the_confirmation_shows_the_states_of_the_messages(demo: Demo) -> None:  # R18, D4
    await register(demo, YULIA)

    assert "Østby Kommune" in view_text(demo, KARIN)
    sent = texts("en").pgettext("message", "sent")
    await demo.slack.until(lambda: view_text(demo, KARIN).count(f": {sent}") == 2)
    assert PASSED_ON not in view_text(demo, KARIN)


async def test_a_refused_mail_to_the_first_user_is_told_to_the_registrar(demo: Demo) -> None:  # R18
    demo.slack.mailbox.faults.add("refuse", times=9)

    await register(demo, YULIA)

    await demo.slack.until(lambda: REFUSED in view_text(demo, KARIN))
    subject = _("A message from IMI could not be delivered")
    await demo.slack.until(lambda: subject in str(demo.slack.messages(KARIN)))
    notice = next(one for one in demo.slack.messages(KARIN) if subject in str(one))
    assert "Ida Møller" in str(notice.blocks)
    assert "Østby" in str(notice.blocks)
    await demo.slack.close(KARIN, clear=True)
    demo.slack.mailbox.faults.clear()

    before = len(demo.slack.mails)
    await demo.slack.click(KARIN, "send_again", KARIN)

    await demo.slack.until(lambda: len(demo.slack.mails) > before)
    await demo.slack.until(lambda: "Ida Møller" in view_text(demo, KARIN))


async def test_the_registrar_passes_on_the_username_and_says_so(demo: Demo) -> None:  # R54, D10
    await register(demo)
    assert _("Username: `{username}`", username="ida.m") in view_text(demo, KARIN)
    await demo.slack.close(KARIN, clear=True)

    await demo.slack.command(KARIN, "/imi-authority", "østby")
    untold = _("{name} does not know the username yet.", name="*Ida Møller*")
    assert untold in view_text(demo, KARIN)
    ida = await find_user(demo, "ida.m")
    assert ida is not None
    await demo.slack.click(KARIN, "user_menu", block_id=f"messages_{ida.id}")
    await demo.slack.until(lambda: "ida.m" in view_text(demo, KARIN))
    await demo.slack.click(KARIN, "username_told")

    await demo.slack.until(lambda: PASSED_ON not in view_text(demo, KARIN))
    assert "ida.m" not in view_text(demo, KARIN)
    told = await find_user(demo, "ida.m")
    assert told is not None
    assert told.username_handed_over_at is not None
    (entry,) = [
        one
        for one in await demo.product.store.read(lambda tx: entries.page(tx, 0, 999))
        if one.audit_event.act == Act.USERNAME_TOLD
    ]
    assert entry.audit_event.authority_id == ida.authority_id


async def test_the_form_warns_that_nobody_can_act_without_a_slack_member(demo: Demo) -> None:  # D12
    await go_to_first_user_step(demo)

    warning = _("Without a Slack member, nobody can act for the authority in Slack.")
    assert warning in str(blocks_of(demo, KARIN)["first_user"])


async def test_an_authority_without_an_acting_administrator_is_on_home(demo: Demo) -> None:  # D12
    await register(demo)
    await wait_until_sent(demo)

    await demo.slack.open_home(KARIN)

    await demo.slack.until(lambda: _("Name an administrator") in home_text(demo, KARIN))


async def test_the_messages_are_shown_until_the_first_sign_in(demo: Demo) -> None:  # D10
    await register(demo)
    await demo.slack.close(KARIN, clear=True)
    ida = await find_user(demo, "ida.m")
    assert ida is not None
    await change_user(demo, ida, first_signed_in_at=demo.slack.clock.now())

    await demo.slack.command(KARIN, "/imi-authority", "østby")

    assert f"administrator_{ida.id}" in blocks_of(demo, KARIN)
    assert f"messages_{ida.id}" not in blocks_of(demo, KARIN)
