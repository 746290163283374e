"""Tests of editing a user's details in Slack."""

import pytest

from bot.demo.demo import Demo
from core.languages.names import full_name
from core.languages.texts import texts
from core.users.rows import users
from core.users.rules import User, details_of
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    LUKASZ,
    blocks_of,
    change_user,
    home_text,
    register,
    view_text,
)

_ = texts("da").gettext


async def reload_user(demo: Demo, user: User) -> User:
    found = await demo.product.store.read(lambda tx: users.find(tx, user.id))
    assert found is not None
    return found


async def editing(demo: Demo, **typed: object) -> User:
    """Register a user, press Edit, and wait for the form."""
    user = await register(demo, **typed)
    await demo.slack.click(ANNA, "edit_user")
    await demo.slack.until(lambda: "first_name:0" in blocks_of(demo))
    return user


async def test_the_form_shows_the_details_and_saves_them(demo: Demo) -> None:  # R14, R49
    ida = await editing(demo, phone="33 11 22 33")
    blocks = blocks_of(demo)
    assert blocks["email:0"]["element"]["initial_value"] == ida.email
    assert blocks["phone"]["element"]["initial_value"] == "+4533112233"
    assert blocks["username"]["element"]["initial_value"] == ida.username

    await demo.slack.fill(ANNA, {"last_name": "Åberg", "phone": "", "language": "sv"})
    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {}
    edited = await reload_user(demo, ida)
    assert (full_name(edited, "en"), edited.phone, edited.language) == ("Ida Åberg", None, "sv")
    assert _("Details saved: {name}", name="Ida Åberg") in view_text(demo)
    assert _("Tell the user the username in person or by phone, never by e-mail.") in (
        view_text(demo)
    )


async def test_a_new_username_is_sent_by_slack_message(demo: Demo) -> None:  # D8, D10
    await editing(demo, member=JONAS)
    await demo.slack.until(lambda: len(demo.slack.messages(JONAS)) == 1)

    await demo.slack.fill(ANNA, {"username": "Zyx.W"})
    await demo.slack.submit(ANNA)

    assert _("The user will be told what has changed.") in view_text(demo)
    await demo.slack.until(lambda: "zyx.w" in str(demo.slack.messages(JONAS)))
    assert all("zyx.w" not in str(mail) for mail in demo.slack.mails)


async def test_both_old_and_new_address_are_notified(demo: Demo) -> None:  # D9
    ida = await editing(demo)

    await demo.slack.fill(ANNA, {"email": "ida@ny.example"})
    await demo.slack.submit(ANNA)

    def notified_addresses() -> set[str]:
        changed = [m for m in demo.slack.mails if "ændret" in m.subject]
        return {address for mail in changed for address in mail.recipients}

    await demo.slack.until(lambda: notified_addresses() == {ida.email, "ida@ny.example"})


@pytest.mark.parametrize(
    ("field", "text", "block"),
    [
        ("email", "anna.holm@sundhed.example", "email:0"),
        ("username", "aholm", "username"),
        ("username", "x y", "username"),
        ("phone", "12", "phone"),
        ("member", ANNA, "member"),
        ("member", "U0GUEST", "member"),
    ],
)
async def test_errors_are_shown_at_their_fields(  # R46, R53, D21
    demo: Demo, field: str, text: str, block: str
) -> None:
    ida = await editing(demo)

    await demo.slack.fill(ANNA, {"first_name": "Kept", field: text})
    answer = await demo.slack.submit(ANNA)

    assert set(answer.errors) == {block}
    assert details_of(await reload_user(demo, ida)) == details_of(ida)


async def test_a_user_removed_meanwhile_is_not_found(demo: Demo) -> None:
    ida = await editing(demo)
    await change_user(demo, ida, removed_at=demo.slack.clock.now())

    await demo.slack.fill(ANNA, {"last_name": "Åberg"})
    await demo.slack.submit(ANNA)

    assert _("This entry no longer exists. Open the list again.") in view_text(demo)


async def test_a_user_deactivated_in_slack_can_still_be_edited(demo: Demo) -> None:
    jonas = await editing(demo, member=JONAS)
    await demo.slack.deactivate(JONAS)

    await demo.slack.fill(ANNA, {"phone": "+4533112233"})
    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {}
    assert (await reload_user(demo, jonas)).phone == "+4533112233"


async def test_who_is_no_longer_linked_sees_so_on_home(demo: Demo) -> None:  # D21
    await editing(demo, member=JONAS)
    await demo.slack.open_home(JONAS)
    await demo.slack.until(lambda: demo.slack.home(JONAS) is not None)
    refused = _(
        "Your account in IMI is not linked to this Slack account. Ask an"
        " administrator of your authority to link it: /imi-users edit, then your name,"
        " then Slack member."
    )
    assert refused not in home_text(demo, JONAS)

    await demo.slack.fill(ANNA, {"member": LUKASZ})
    assert (await demo.slack.submit(ANNA)).errors == {}

    await demo.slack.until(lambda: refused in home_text(demo, JONAS))


async def test_a_username_of_the_authoritys_name_is_refused(demo: Demo) -> None:  # R55, D10
    await editing(demo)
    await demo.slack.fill(ANNA, {"username": "sundhedsstyrelsen"})

    assert set((await demo.slack.submit(ANNA)).errors) == {"username"}


async def test_a_form_without_a_change_says_so_and_tells_nobody(demo: Demo) -> None:  # R14, D19
    await editing(demo, member=JONAS)

    assert (await demo.slack.submit(ANNA)).errors == {}

    assert _("There are no changes.") in view_text(demo)
    assert _("The user will be told what has changed.") not in view_text(demo)


async def test_a_changed_username_is_to_be_passed_on_also_to_an_active_user(  # R54, D10
    demo: Demo,
) -> None:
    ida = await editing(demo)
    now = demo.slack.clock.now()
    await change_user(demo, ida, first_signed_in_at=now, username_handed_over_at=now)
    await demo.slack.fill(ANNA, {"username": "idanew"})
    await demo.slack.submit(ANNA)
    await demo.slack.close(ANNA, clear=True)

    await demo.slack.open_home(ANNA)

    text = _("{name} does not know the username yet.", name=f"*{full_name(ida, 'da')}*")
    await demo.slack.until(lambda: text in home_text(demo))
