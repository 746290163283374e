"""Tests of naming an administrator where none can act, in Slack (B04, D12, D21)."""

from sqlalchemy import Connection

from bot.demo.demo import Demo
from core.audit.rows import entries
from core.audit.rules import Act
from core.authorities.rows import authorities
from core.languages.texts import texts
from core.users.rows import users
from core.users.rules import User
from sandbox import Member
from tests.factories import a_user
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    blocks_of,
    find_user,
    home_text,
    register,
    view_text,
    wait_until_sent,
)

_, _en = texts("da").gettext, texts("en").gettext
KARIN, BACK = "U0KARIN", "U0ANNA2"


async def anna(demo: Demo) -> User:
    user = await find_user(demo, "aholm")
    assert user is not None
    return user


async def acts(demo: Demo) -> list[Act]:
    def read(tx: Connection) -> list[Act]:
        return [entry.audit_event.act for entry in entries.since(tx)]

    return await demo.product.store.read(read)


async def come_back(demo: Demo, email: str = "anna.holm@sundhed.example") -> None:
    """Anna joins again under another Slack id, with the same confirmed address."""
    await demo.slack.join(Member(id=BACK, name="anna2", real_name="Anna Holm", email=email))


async def press_name(demo: Demo) -> None:
    await demo.slack.until(lambda: "name_administrator" in str(demo.slack.messages(KARIN)))
    await demo.slack.click(KARIN, "name_administrator", KARIN)
    await demo.slack.until(lambda: "whose" in blocks_of(demo, KARIN))


async def offered(demo: Demo, text: str = "") -> list[str]:
    """Return the names of the people whom the menu offers for what is typed."""
    answer = await demo.slack.suggest(KARIN, "recovery_user", text)
    assert answer.ok, answer
    assert isinstance(answer.body, dict)
    return [option["text"]["text"] for option in answer.body["options"]]


async def fill_form(demo: Demo, user: User, **typed: object) -> None:
    """Choose the user, and fill in the other fields."""
    await offered(demo)
    await demo.slack.fill(KARIN, {"recovery_user": str(user.id), **typed})


async def test_an_administrator_who_is_back_is_linked_again(demo: Demo) -> None:  # B04, D21
    await demo.slack.deactivate(ANNA)
    await come_back(demo)
    await press_name(demo)
    assert "Sundhedsstyrelsen" in view_text(demo, KARIN) or "Danish" in view_text(demo, KARIN)

    user = await anna(demo)
    await fill_form(demo, user, member=BACK)
    answer = await demo.slack.submit(KARIN)

    assert (answer.ok, answer.errors) == (True, {})
    linked = (await anna(demo)).member
    assert linked is not None
    assert linked.member_id == BACK
    assert {Act.MEMBER_LINKED, Act.ADMINISTRATOR_NAMED} <= set(await acts(demo))
    await demo.slack.command(BACK, "/imi-users")
    assert "users_list" in view_text(demo, BACK)


async def test_another_user_is_named_administrator(demo: Demo) -> None:  # B04, D12
    jonas = await register(demo, member=JONAS)
    await demo.slack.close(ANNA)
    await demo.slack.deactivate(ANNA)
    await press_name(demo)
    await fill_form(demo, jonas)
    answer = await demo.slack.submit(KARIN)

    assert (answer.ok, answer.errors) == (True, {})
    named = await find_user(demo, jonas.username)
    assert named is not None
    assert named.administrator
    await wait_until_sent(demo)
    subject = texts(named.language).gettext("You are an administrator of your authority in IMI")
    assert subject in str(demo.slack.messages(JONAS))
    notice = _en(
        "Administrator named: {name}. By: {by}. Nobody else could act for the authority in Slack.",
        by="Karin Lindqvist",
        name="Jonas Østergård",
    )
    to_address = [mail for mail in demo.slack.mails if "post@sundhed.example" in mail.recipients]
    assert any(notice in " ".join(mail.plain.split()) for mail in to_address)


async def test_everybody_of_a_large_authority_is_found_by_name(demo: Demo) -> None:  # B04, D12
    """A menu in Slack offers 100 people; typing finds the others. Administrators come first."""

    def add_many(tx: Connection) -> None:
        authority, rulebook = authorities.require(tx, 2), demo.product.rulebook
        for number in range(110):
            letters = f"{chr(97 + number // 26)}{chr(97 + number % 26)}"
            a_user(tx, authority, rulebook, last_name=f"Aa{letters}", roles=frozenset())
        a_user(tx, authority, rulebook, last_name="Zorro", roles=frozenset())

    await demo.product.store.write(add_many)
    await demo.slack.deactivate(ANNA)
    await press_name(demo)

    everybody = await offered(demo)
    assert len(everybody) == 100
    assert everybody[0] == _en("{name} (administrator so far)", name="Anna Holm")
    assert sum("Anna Holm" in name for name in everybody) == 1
    assert [name.split()[-1] for name in await offered(demo, "zorr")] == ["Zorro"]
    assert await offered(demo, "holm") == everybody[:1]


async def test_who_is_named_must_be_able_to_act(demo: Demo) -> None:  # D12, D21
    await demo.slack.deactivate(ANNA)
    await press_name(demo)
    user = await anna(demo)

    await fill_form(demo, user)
    deactivated = await demo.slack.submit(KARIN)
    await demo.slack.fill(KARIN, {"member": "U0GUEST"})
    guest = await demo.slack.submit(KARIN)
    await demo.slack.fill(KARIN, {"member": KARIN})
    taken = await demo.slack.submit(KARIN)

    assert ["member"] == list(deactivated.errors) == list(guest.errors) == list(taken.errors)
    assert (await anna(demo)).member == user.member


async def test_the_home_tab_of_the_access_manager_shows_the_authority(demo: Demo) -> None:  # D12
    await demo.slack.open_home(KARIN)
    assert "name_administrator" not in home_text(demo, KARIN)

    await demo.slack.deactivate(ANNA)
    await demo.slack.open_home(KARIN)

    assert "name_administrator" in home_text(demo, KARIN)


async def test_an_authority_with_an_administrator_is_out_of_reach(demo: Demo) -> None:  # D15, D21
    await demo.slack.deactivate(ANNA)
    await press_name(demo)
    user = await anna(demo)
    await fill_form(demo, user, member="U0NIKOS")
    await demo.slack.update_member(ANNA, deleted=False)

    assert await offered(demo) == []
    await demo.slack.submit(KARIN)

    assert _en(
        "This authority has an administrator who can act. Ask that administrator to do it."
    ) in str(demo.slack.views(KARIN))
    assert (await anna(demo)).member == user.member


async def test_whoever_is_back_under_another_id_reads_whom_to_ask(demo: Demo) -> None:  # B04, D21
    await demo.slack.deactivate(ANNA)
    await come_back(demo)

    await demo.slack.open_home(BACK)

    assert "is not linked to this Slack account" in home_text(demo, BACK)


async def test_the_refusal_of_the_last_administrator_says_who_counts(demo: Demo) -> None:  # D12
    await demo.slack.command(ANNA, "/imi-removeuser", "aholm")
    await demo.slack.submit(ANNA)

    text = _("Only administrators with an active Slack account count, because only they can act.")
    assert text in view_text(demo)


async def test_a_member_linked_anew_closes_the_question(demo: Demo) -> None:  # D14, D21
    jonas = await register(demo, member=JONAS)
    await demo.slack.close(ANNA)
    await demo.slack.deactivate(JONAS)
    await demo.slack.until(lambda: "leaver_keep" in str(demo.slack.messages(ANNA)))

    await demo.slack.command(ANNA, "/imi-users", f"edit {jonas.username}")
    await demo.slack.fill(ANNA, {"member": "U0LUKASZ"})
    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: "leaver_keep" not in str(demo.slack.messages(ANNA)))
    again = await demo.product.store.read(lambda tx: users.require(tx, jonas.id))
    assert again.member is not None
