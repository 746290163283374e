"""Registering a colleague in Slack, from the command to the confirmation."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, select, update

from bot.commands.demo import Demo
from core.audit import service as audit
from core.languages.texts import texts
from core.members import rows as members
from core.roles.rows import user_roles
from core.users import rows as users
from tests.data import doing
from tests.handlers.people import ANNA, IDA, JONAS, LUKASZ, blocks_of, find, shown

_ = texts("da").gettext


def last_answer(demo: Demo, member: str = ANNA) -> str:
    return str(demo.slack.messages(member)[-1].text)


async def open_form(demo: Demo, member: str = ANNA) -> None:
    answer = await demo.slack.command(member, "/imi-adduser")
    assert answer.ok
    assert demo.slack.view(member) is not None


async def to_check(demo: Demo, **typed: object) -> None:
    await open_form(demo)
    member = typed.pop("member", None)
    if member is not None:
        await demo.slack.fill(ANNA, {"member": member})
        await demo.slack.until(lambda: "email:1" in blocks_of(demo))
    await demo.slack.fill(ANNA, {**({} if member else IDA), **typed})
    answer = await demo.slack.submit(ANNA)
    assert (answer.ok, answer.errors) == (True, {})


async def test_help_explains_the_command(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-adduser", "help")

    assert "*/imi-adduser*" in last_answer(demo)
    assert demo.slack.view(ANNA) is None


async def test_the_form_offers_the_authoritys_modules_only(demo: Demo) -> None:  # R48, D13
    await open_form(demo)

    assert {"roles_PQ", "roles_PR", "administrator"} <= set(blocks_of(demo))
    assert "roles_SD" not in blocks_of(demo)
    languages = blocks_of(demo)["language:0"]["element"]["options"]
    assert len(languages) == 24  # D20


async def test_picking_a_member_fills_the_form_and_keeps_the_rest(demo: Demo) -> None:
    await open_form(demo)
    await demo.slack.fill(ANNA, {"phone": "+4533445566", "roles_PQ": ["PQ:BASIC"]})

    await demo.slack.fill(ANNA, {"member": LUKASZ})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo))

    blocks = blocks_of(demo)
    assert blocks["first_name:1"]["element"]["initial_value"] == "Łukasz"
    assert blocks["last_name:1"]["element"]["initial_value"] == "Wójcik"
    assert blocks["email:1"]["element"]["initial_value"] == "lukasz.wojcik@sundhed.example"
    assert blocks["language:1"]["element"]["initial_option"]["value"] == "pl"
    view = demo.slack.view(ANNA)
    assert view is not None
    values = view["state"]["values"]
    assert values["phone"]["phone"]["value"] == "+4533445566"
    assert values["roles_PQ"]["roles_PQ"]["selected_options"][0]["value"] == "PQ:BASIC"


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (
            "U0GUEST",
            (
                "Guests of the workspace cannot have or manage accounts in IMI."
                " Ask whoever runs the workspace for a full membership."
            ),
        ),
        (
            "U0GONE",
            (
                "This Slack member is deactivated."
                " Leave the field empty, or ask whoever runs the workspace."
            ),
        ),
    ],
)
async def test_who_cannot_be_a_user_cannot_be_picked(  # D21
    demo: Demo, member: str, sentence: str
) -> None:
    await open_form(demo)

    await demo.slack.fill(ANNA, {"first_name": "Ida", "member": member})

    await demo.slack.until(lambda: len(demo.slack.views(ANNA)) == 2)
    assert _(sentence) in shown(demo)
    below = demo.slack.views(ANNA)[0]
    assert below["state"]["values"]["first_name:0"]["first_name"]["value"] == "Ida"


async def test_the_username_is_seen_before_saving_and_may_be_changed(
    demo: Demo,
) -> None:  # R51, R52
    await to_check(demo, phone="33 44 55 66", roles_PQ=["PQ:BASIC"])
    assert blocks_of(demo)["username"]["element"]["initial_value"] == "imoeller"

    await demo.slack.fill(ANNA, {"username": "ida.m"})
    await demo.slack.submit(ANNA)

    user = await find(demo, "ida.m")
    assert user is not None
    assert (user.full_name, user.email, user.phone) == (
        "Ida Møller",
        "ida.moeller@sundhed.example",
        "+4533445566",
    )
    assert [str(key) for key in user.roles] == ["PQ:BASIC"]
    assert "`ida.m`" in shown(demo)


@pytest.mark.parametrize(
    ("field", "typed", "block", "sentence"),
    [
        (
            "phone",
            "12",
            "phone",
            "This is no telephone number. Write it with the country code: +45…",
        ),
        ("first_name", "123", "first_name:0", "A name has at least one letter."),
        (
            "email",
            "anna.holm@sundhed.example",
            "email:0",
            "A user in IMI has this address. Each user needs an address of their own.",
        ),
        (
            "email",
            "ida@sundhed.invalid",
            "email:0",
            "This is no e-mail address. Write it as name@authority.example.",
        ),
    ],
)
async def test_an_error_stands_at_its_field_and_nothing_typed_is_lost(  # R41-R47
    demo: Demo, field: str, typed: str, block: str, sentence: str
) -> None:
    await open_form(demo)
    await demo.slack.fill(ANNA, {**IDA, field: typed})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {block: _(sentence)}
    view = demo.slack.view(ANNA)
    assert view is not None
    assert view["state"]["values"]["last_name:0"]["last_name"]["value"] == "Møller"


async def test_a_member_with_an_account_is_refused_at_the_field(demo: Demo) -> None:  # D21
    await open_form(demo)
    await demo.slack.fill(ANNA, {"member": ANNA})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo))

    await demo.slack.fill(ANNA, {"email": "other@sundhed.example"})
    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {"member": _("This Slack member already has an account in IMI.")}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("å", "A username has only a-z, 0-9, dot, hyphen and underscore."),
        ("ab", "This username is too short."),
        ("a" * 31, "This username is too long."),
    ],
)
async def test_a_username_out_of_bounds_is_refused(
    demo: Demo, typed: str, sentence: str
) -> None:  # D8
    await to_check(demo)
    await demo.slack.fill(ANNA, {"username": typed})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {"username": _(sentence)}


async def test_a_username_in_use_is_refused_with_a_free_one(demo: Demo) -> None:  # R53
    await to_check(demo)
    await demo.slack.fill(ANNA, {"username": "aholm"})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {
        "username": _(
            "This username is in use in IMI. {suggestion} is free.", suggestion="imoeller"
        )
    }


async def test_back_keeps_all_that_was_typed(demo: Demo) -> None:
    await to_check(demo, phone="33445566", roles_PR=["PR:BASIC"], administrator=[":ADMIN"])

    await demo.slack.click(ANNA, "adduser_back")

    blocks = blocks_of(demo)
    assert blocks["first_name:0"]["element"]["initial_value"] == "Ida"
    assert blocks["phone"]["element"]["initial_value"] == "33445566"
    assert blocks["roles_PR"]["element"]["initial_options"][0]["value"] == "PR:BASIC"
    assert blocks["administrator"]["element"]["initial_options"][0]["value"] == ":ADMIN"
    answer = await demo.slack.submit(ANNA)
    assert answer.errors == {}


async def test_an_address_taken_meanwhile_leads_back_to_the_form(demo: Demo) -> None:  # R46
    await to_check(demo)
    await open_form(demo, "U0KARIN")
    await demo.slack.fill("U0KARIN", {**IDA, "first_name": "Ib"})
    await demo.slack.submit("U0KARIN")
    await demo.slack.submit("U0KARIN")

    await demo.slack.submit(ANNA)

    blocks = blocks_of(demo)
    assert "first_name:0" in blocks
    assert (
        _("A user in IMI has this address. Each user needs an address of their own.")
        in blocks["section_0"]["text"]["text"]
    )
    assert blocks["email:0"]["element"]["initial_value"] == IDA["email"]


async def test_two_submissions_of_one_form_make_one_user(demo: Demo) -> None:
    await to_check(demo)
    view = demo.slack.view(ANNA)
    assert view is not None

    await asyncio.gather(
        demo.slack.submit(ANNA, view_id=view["id"]), demo.slack.submit(ANNA, view_id=view["id"])
    )

    def count(tx: Connection) -> int:
        return len(
            tx.execute(select(users.users.c.id).where(users.users.c.first_name == "Ida")).all()
        )

    assert await demo.product.store.read(count) == 1
    assert await demo.product.store.read(audit.first_break) is None


async def test_an_administrator_demoted_meanwhile_is_refused(demo: Demo) -> None:  # R38
    await to_check(demo)
    await demo.product.store.write(doing(delete(user_roles).where(user_roles.c.role == "ADMIN")))

    await demo.slack.submit(ANNA)

    assert _(
        "Only an administrator of your authority can do this. Ask one of your administrators."
    ) in shown(demo)
    assert await find(demo, "imoeller") is None


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (
            "U0GUEST",
            (
                "Guests of the workspace cannot have or manage accounts in IMI."
                " Ask whoever runs the workspace for a full membership."
            ),
        ),
        (
            "U0NIKOS",
            "You have no account in IMI yet. Ask an administrator of your authority to add you.",
        ),
    ],
)
async def test_who_may_not_is_told_kindly(
    demo: Demo, member: str, sentence: str
) -> None:  # R38, D21
    await demo.slack.command(member, "/imi-adduser")
    assert sentence in last_answer(demo, member)

    await demo.slack.shortcut(member, "add_user")
    assert sentence in shown(demo, member)


async def test_a_stranger_from_a_shared_channel_is_refused(demo: Demo) -> None:  # D21
    await demo.slack.update_member("U0NIKOS", is_stranger=True)
    await demo.slack.command("U0NIKOS", "/imi-adduser")

    assert "People from another workspace" in last_answer(demo, "U0NIKOS")


async def test_an_ordinary_user_is_refused(demo: Demo) -> None:  # R38
    await to_check(demo, email="jonas.oestergaard@sundhed.example")
    await demo.slack.submit(ANNA)
    await demo.product.store.write(
        doing(
            update(users.users)
            .where(users.users.c.first_name == "Ida")
            .values(team_id="T0IMI", member_id=JONAS)
        )
    )

    await demo.slack.command(JONAS, "/imi-adduser")

    assert last_answer(demo, JONAS) == _(
        "Only an administrator of your authority can do this. Ask one of your administrators."
    )


async def test_the_shortcut_opens_the_form(demo: Demo) -> None:
    answer = await demo.slack.shortcut(ANNA, "add_user")

    assert answer.ok
    assert "first_name:0" in blocks_of(demo)


async def test_names_are_shown_as_typed_and_do_nothing(demo: Demo) -> None:
    await to_check(demo, first_name="<!channel> *Ida*")
    await demo.slack.submit(ANNA)

    assert "<!channel>" not in shown(demo)
    assert "&lt;!channel&gt;" in shown(demo)
    await demo.slack.until(lambda: len(demo.slack.messages("C0HEALTH")) == 2)
    assert "<!channel>" not in str(demo.slack.messages("C0HEALTH")[-1])


async def test_who_was_not_seen_lately_is_asked_about_when_saving(demo: Demo) -> None:  # D21
    await to_check(demo, member=LUKASZ, email="other@sundhed.example")
    long_ago = demo.slack.clock.now() - timedelta(days=3)
    await demo.product.store.write(doing(members.members.update().values(seen_at=long_ago)))

    await demo.slack.submit(ANNA)

    assert await find(demo, "lwojcik") is not None


async def test_a_guest_made_meanwhile_is_refused_when_saving(demo: Demo) -> None:  # D21
    await to_check(demo, member=LUKASZ)
    await demo.product.store.write(
        doing(
            members.members.update().where(members.members.c.member_id == LUKASZ).values(guest=True)
        )
    )

    await demo.slack.submit(ANNA)

    assert "email:1" in blocks_of(demo)
    assert "Gæster i arbejdsområdet" in shown(demo)


async def test_an_unlinked_administrator_is_linked_by_their_address_when_saving(  # D21
    demo: Demo,
) -> None:
    await to_check(demo)
    await demo.product.store.write(
        doing(
            users.users.update()
            .where(users.users.c.member_id == ANNA)
            .values(team_id=None, member_id=None)
        )
    )

    await demo.slack.submit(ANNA)

    assert await find(demo, "imoeller") is not None
