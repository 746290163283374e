"""Tests of the Home tab for the three kinds of people, and of the stored members."""

import asyncio

import pytest

from bot.demo.demo import Demo
from core.languages.texts import texts
from core.members import rows as members
from core.members.rules import MemberKey
from handlers.authorities.views import OPEN_AUTHORITY, OPEN_CLASSIFICATION, OPEN_MODULES
from handlers.home import publisher
from handlers.ui.action_ids import ADD_USER, OPEN_LIST
from sandbox import Call
from tests.handlers.demo_actions import ANNA, JONAS, change_user, home_text, register

_ = texts("da").gettext


async def test_an_administrator_sees_users_with_their_states(demo: Demo) -> None:  # R76-R78
    await register(demo, member=JONAS, roles_PQ=["PQ:REQ_HANDLER", "PQ:BASIC"])

    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: "Jonas" in home_text(demo))

    home = home_text(demo)
    assert _("new: has never signed in") in home
    assert _("temporary password") in home
    assert "Basisbruger, Sagsbehandler" in home
    assert (
        _(
            "Too few administrators of your authority can act in Slack. Add another one who"
            " can stand in."
        )
        in home
    )


async def test_with_two_administrators_the_warning_disappears(demo: Demo) -> None:  # R39
    await register(demo, member=JONAS, administrator=[":ADMIN"])

    await demo.slack.until(lambda: "Jonas" in home_text(demo))

    assert _(
        "Too few administrators of your authority can act in Slack. Add another one who"
        " can stand in."
    ) not in home_text(demo)


async def test_a_removed_user_sees_no_user_of_the_authority(demo: Demo) -> None:  # D14
    jonas = await register(demo, member=JONAS, administrator=[":ADMIN"])
    await demo.slack.open_home(JONAS)
    await demo.slack.until(lambda: "Anna" in home_text(demo, JONAS))

    await demo.slack.close(ANNA, clear=True)
    await demo.slack.command(ANNA, "/imi-removeuser", jonas.username)
    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: "Anna" not in home_text(demo, JONAS))


async def test_the_last_sign_in_is_shown(demo: Demo) -> None:  # R76
    user = await register(demo)
    now = demo.slack.clock.now()
    await change_user(demo, user, first_signed_in_at=now, last_signed_in_at=now)

    await demo.slack.open_home(ANNA)

    await demo.slack.until(lambda: texts("da").pgettext("account", "active") in home_text(demo))
    assert "seneste login" in home_text(demo)


async def test_an_older_redraw_never_replaces_a_newer_one(demo: Demo) -> None:  # R76
    user = await register(demo, member=JONAS)
    await demo.slack.until(lambda: "Jonas" in home_text(demo))
    before = len(home_publications(demo))
    demo.slack.faults.add("views.publish", "late", seconds=0.5)
    older = asyncio.create_task(demo.slack.open_home(ANNA))
    await demo.slack.until(lambda: demo.slack.faults.outstanding == 0)
    now = demo.slack.clock.now()
    await change_user(demo, user, first_signed_in_at=now, last_signed_in_at=now)

    await demo.slack.open_home(ANNA)

    await older
    assert len(home_publications(demo)) == before + 2
    assert texts("da").pgettext("account", "active") in home_text(demo)


async def test_acts_in_a_row_redraw_home_twice(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first act redraws it at once, and all others in the pause after that together."""
    monkeypatch.setattr(publisher, "PAUSE_SECONDS", 3)
    before = len(home_publications(demo))
    await register(demo)
    await demo.slack.until(lambda: "Ida" in home_text(demo))

    for name in ("Ib", "Bo"):
        await demo.slack.close(ANNA, clear=True)
        await register(demo, first_name=name, email=f"{name}@sundhed.example")
    await demo.slack.until(lambda: "Bo " in home_text(demo))

    assert "Ib " in home_text(demo)
    assert len(home_publications(demo)) == before + 2


async def test_a_redraw_asked_for_during_one_that_fails_is_not_lost(demo: Demo) -> None:
    await register(demo)
    await demo.slack.until(lambda: "Ida" in home_text(demo))
    # Slack is unavailable for a second, and refuses what the client then sends again.
    demo.slack.faults.add("views.publish", "timeout", seconds=1)
    demo.slack.faults.add("views.publish", "error:internal_error")
    await demo.slack.close(ANNA, clear=True)
    await register(demo, first_name="Ib", email="ib@sundhed.example")
    await demo.slack.until(lambda: demo.slack.faults.outstanding < 2)

    await demo.slack.close(ANNA, clear=True)
    await register(demo, first_name="Bo", email="bo@sundhed.example")

    await demo.slack.until(lambda: "Bo " in home_text(demo))


def home_publications(demo: Demo) -> list[Call]:
    return [one for one in demo.slack.calls if one.method == "views.publish"]


async def test_only_an_administrator_has_the_home_tab_of_the_authority(demo: Demo) -> None:  # R38
    await register(demo, member=JONAS, roles_PR=["PR:BASIC"])

    await demo.slack.open_home(ANNA)
    await demo.slack.open_home(JONAS)
    await demo.slack.until(lambda: demo.slack.home(ANNA) and demo.slack.home(JONAS))

    anna, jonas = home_text(demo), home_text(demo, JONAS)
    for_administrators = (ADD_USER, OPEN_AUTHORITY, OPEN_CLASSIFICATION, OPEN_MODULES, OPEN_LIST)
    assert [action for action in for_administrators if f'"{action}"' not in anna] == []
    assert [action for action in for_administrators if f'"{action}"' in jonas] == []
    assert _("Your account in IMI") in jonas


async def test_an_ordinary_user_sees_their_own_account(demo: Demo) -> None:
    await register(demo, member=JONAS, roles_PR=["PR:BASIC"])

    await demo.slack.open_home(JONAS)
    await demo.slack.until(lambda: demo.slack.home(JONAS) is not None)

    home = home_text(demo, JONAS)
    assert _("Your account in IMI") in home
    assert "Patientrettigheder: Basisbruger" in home
    assert "Anna" not in home


async def test_a_user_without_roles_is_told_so(demo: Demo) -> None:
    user = await register(demo, member=JONAS)
    await demo.slack.until(lambda: any(user.email in m.recipients for m in demo.slack.mails))
    await change_user(demo, user, blocked_at=demo.slack.clock.now())

    await demo.slack.open_home(JONAS)
    await demo.slack.until(lambda: demo.slack.home(JONAS) is not None)

    assert _("No roles yet.") in home_text(demo, JONAS)
    assert _("Your password: blocked") in home_text(demo, JONAS)


async def test_a_person_without_an_account_is_informed_on_home(demo: Demo) -> None:
    await demo.slack.open_home("U0NIKOS")
    await demo.slack.until(lambda: demo.slack.home("U0NIKOS") is not None)

    assert "Δεν έχετε ακόμη λογαριασμό στο IMI." in home_text(demo, "U0NIKOS")


async def test_the_button_on_home_opens_the_registration_form(demo: Demo) -> None:  # R40
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: demo.slack.home(ANNA) is not None)

    await demo.slack.click(ANNA, "home_add_user", "home")

    assert demo.slack.view(ANNA) is not None


async def test_the_link_to_the_portal_is_acknowledged(demo: Demo) -> None:
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: demo.slack.home(ANNA) is not None)

    answer = await demo.slack.click(ANNA, "open_portal", "home")

    assert answer.ok


async def test_a_deactivated_user_is_stored(demo: Demo) -> None:  # D21
    await register(demo, member=JONAS)
    await demo.slack.deactivate(JONAS)

    found = await demo.product.store.read(lambda tx: members.find(tx, MemberKey("T0IMI", JONAS)))

    assert found is not None
    assert found.deleted


async def test_opening_the_messages_tab_publishes_nothing(demo: Demo) -> None:
    await demo.slack.event(
        {"type": "app_home_opened", "user": "U0NIKOS", "channel": "D0NIKOS", "tab": "messages"}
    )
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: demo.slack.home(ANNA) is not None)

    assert demo.slack.home("U0NIKOS") is None
