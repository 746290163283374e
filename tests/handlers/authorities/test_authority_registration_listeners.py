"""Tests of registering an authority with its first user in Slack."""

from functools import partial
from typing import Any

from bot.demo.demo import Demo
from core.authorities.rows import authorities
from core.languages.texts import texts
from core.schema.authorities import authorities as authorities_table
from tests.factories import an_authority
from tests.handlers.demo_actions import blocks_of, change_user, find_user, view_text

_ = texts("en").gettext
KARIN, YULIA = "U0KARIN", "U0YULIA"
TOWN = {
    "official_name": "Østby Kommune",
    "informal_title": "Østby",
    "authority_email": "post@oestby.example",
    "web_site": "oestby.example",
    "modules_0": ["SD"],
}
IDA = {
    "first_name": "Ida",
    "last_name": "Møller",
    "email": "ida@oestby.example",
    "language": "da",
}


async def go_to_first_user_step(demo: Demo, **changes: Any) -> None:  # noqa: ANN401
    await demo.slack.command(KARIN, "/imi-registerauthority")
    await demo.slack.fill(KARIN, {**TOWN, **changes})
    answer = await demo.slack.submit(KARIN)
    assert answer.errors == {}
    assert "first_user" in blocks_of(demo, KARIN)


async def test_an_authority_is_registered_with_its_first_user(demo: Demo) -> None:  # R6-R8, R18
    await go_to_first_user_step(demo)
    assert "likely" not in blocks_of(demo, KARIN)
    await demo.slack.fill(KARIN, IDA)
    assert (await demo.slack.submit(KARIN)).errors == {}

    assert "imoeller" in view_text(demo, KARIN)
    ida = await find_user(demo, "imoeller")
    assert ida is not None
    assert ida.administrator
    assert ida.roles == tuple(sorted(demo.product.rulebook.catalogue.roles_in(["SD"])))
    made = await demo.product.store.read(lambda tx: authorities.require(tx, ida.authority_id))
    assert (made.official_name, made.manager_id, made.modules) == ("Østby Kommune", 1, ("SD",))
    assert made.web_site == "https://oestby.example"
    await demo.slack.until(
        lambda: any("ida@oestby.example" in mail.recipients for mail in demo.slack.mails)
    )


async def test_a_first_user_with_a_slack_member_gets_the_username_in_slack(
    demo: Demo,
) -> None:  # R8, D10
    await go_to_first_user_step(demo)
    await demo.slack.fill(KARIN, {"first_user_member": YULIA})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo, KARIN))
    await demo.slack.fill(KARIN, {**IDA, "username": "yulia.p"})
    await demo.slack.submit(KARIN)

    next_steps = _(
        "The username is sent by Slack message, a temporary password by e-mail. At the first"
        " sign-in the user chooses a password, and the account turns from new to active."
    )
    assert next_steps in view_text(demo, KARIN)
    assert "yulia.p" not in view_text(demo, KARIN)
    assert "edit_user" not in view_text(demo, KARIN)
    await demo.slack.until(lambda: "yulia.p" in str(demo.slack.messages(YULIA)))


async def test_likely_duplicates_are_shown_first_with_advice(demo: Demo) -> None:  # D15
    await go_to_first_user_step(demo, official_name="Fjordby  kommunes")

    block = blocks_of(demo, KARIN)["likely_4"]
    assert "Signe Thorsen" in block["text"]["text"]
    await demo.slack.click(KARIN, "authority_access")
    await demo.slack.until(lambda: "coordinating_0" in blocks_of(demo, KARIN))


async def test_a_duplicate_of_another_manager_shows_public_data_only(  # D15
    demo: Demo,
) -> None:
    from sqlalchemy import update

    def operation(tx: Any) -> None:  # noqa: ANN401
        tx.execute(update(authorities_table).values(manager_id=None))

    await demo.product.store.write(operation)
    await go_to_first_user_step(demo, authority_email="post@fjordby.example")

    block = blocks_of(demo, KARIN)["likely_4"]
    assert "accessory" not in block
    assert block["text"]["text"] == "*Fjordby*, Fjordby Kommune\npost@fjordby.example"


async def test_errors_in_the_authoritys_data_are_shown_in_the_first_step(demo: Demo) -> None:
    await demo.slack.command(KARIN, "/imi-registerauthority")
    wrong = {"informal_title": "See https://x.example", "web_site": "not a site"}
    await demo.slack.fill(KARIN, {**TOWN, **wrong})

    answer = await demo.slack.submit(KARIN)

    assert set(answer.errors) == {"web_site", "informal_title"}


async def test_going_back_keeps_the_input(demo: Demo) -> None:
    await go_to_first_user_step(demo)

    await demo.slack.click(KARIN, "authority_registration_back")

    await demo.slack.until(lambda: "official_name" in blocks_of(demo, KARIN))
    blocks = blocks_of(demo, KARIN)
    assert blocks["authority_email"]["element"]["initial_value"] == "post@oestby.example"
    assert blocks["modules_0"]["element"]["initial_options"][0]["value"] == "SD"


async def test_going_back_keeps_what_was_typed_about_the_first_user(demo: Demo) -> None:  # R6, R18
    await go_to_first_user_step(demo)
    await demo.slack.fill(KARIN, {"first_user_member": YULIA})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo, KARIN))
    typed = {**IDA, "phone": "33445566", "username": "ida.m"}
    await demo.slack.fill(KARIN, typed)

    await demo.slack.click(KARIN, "authority_registration_back")
    await demo.slack.until(lambda: "official_name" in blocks_of(demo, KARIN))
    assert (await demo.slack.submit(KARIN)).errors == {}

    blocks = blocks_of(demo, KARIN)
    for name in ("first_name:1", "last_name:1", "email:1", "phone", "username"):
        assert blocks[name]["element"]["initial_value"] == typed[name.partition(":")[0]]
    assert blocks["language:1"]["element"]["initial_option"]["value"] == "da"
    assert blocks["first_user_member"]["element"]["initial_user"] == YULIA


async def test_texts_that_no_field_accepts_do_not_prevent_going_back(demo: Demo) -> None:  # R18
    await go_to_first_user_step(demo, official_name="Ø" * 300, informal_title="æ" * 200)
    await demo.slack.fill(KARIN, {**IDA, "phone": "1" * 2000, "username": '"' * 2000})

    await demo.slack.click(KARIN, "authority_registration_back")

    await demo.slack.until(lambda: "official_name" in blocks_of(demo, KARIN))


async def test_a_taken_official_name_is_refused_in_the_first_step(demo: Demo) -> None:  # R18, D15
    await demo.slack.command(KARIN, "/imi-registerauthority")
    await demo.slack.fill(KARIN, {**TOWN, "official_name": "FJORDBY  Kommune", "web_site": "?"})

    answer = await demo.slack.submit(KARIN)

    assert set(answer.errors) == {"official_name", "web_site"}
    taken = _("An authority with this official name is already registered.")
    assert answer.errors["official_name"] == taken


async def test_the_languages_are_asked_for_and_preset_for_the_country(demo: Demo) -> None:  # D16
    await demo.slack.command(KARIN, "/imi-registerauthority")
    blocks = blocks_of(demo, KARIN)
    preset = [one["value"] for one in blocks["languages"]["element"]["initial_options"]]
    assert preset == ["da"]
    assert blocks["text_language"]["element"]["initial_option"]["value"] == "da"

    chosen = {"languages": ["sv", "en"], "text_language": "sv", "country": "SE"}
    await demo.slack.fill(KARIN, {**TOWN, **chosen})
    assert (await demo.slack.submit(KARIN)).errors == {}
    first_user = blocks_of(demo, KARIN)["language:0"]["element"]["initial_option"]
    assert first_user["value"] == "sv"
    await demo.slack.fill(KARIN, IDA)
    assert (await demo.slack.submit(KARIN)).errors == {}

    ida = await find_user(demo, "imoeller")
    assert ida is not None
    made = await demo.product.store.read(lambda tx: authorities.require(tx, ida.authority_id))
    assert (made.languages, made.text_language) == (("sv", "en"), "sv")


async def test_errors_in_the_first_users_data_are_shown_at_their_fields(demo: Demo) -> None:  # R46
    await go_to_first_user_step(demo)
    await demo.slack.fill(KARIN, {**IDA, "email": "anna.holm@sundhed.example"})

    assert set((await demo.slack.submit(KARIN)).errors) == {"email:0"}


async def test_a_name_taken_meanwhile_is_reported_and_the_input_stays(demo: Demo) -> None:  # R46
    await go_to_first_user_step(demo)
    name = TOWN["official_name"]
    await demo.product.store.write(partial(an_authority, official_name=name))
    await demo.slack.fill(KARIN, IDA)

    await demo.slack.submit(KARIN)

    assert _("An authority with this official name is already registered.") in view_text(
        demo, KARIN
    )
    await demo.slack.close(KARIN)
    assert "first_user" in blocks_of(demo, KARIN)
    assert await find_user(demo, "imoeller") is None


async def test_a_picked_member_fills_in_the_first_user(demo: Demo) -> None:  # R8, D21, D32
    await go_to_first_user_step(demo)
    await demo.slack.fill(KARIN, {"username": "yulia.p", "phone": "33445566"})

    await demo.slack.fill(KARIN, {"first_user_member": YULIA})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo, KARIN))

    blocks = blocks_of(demo, KARIN)
    profile = demo.slack.workspace.members[YULIA]
    values = [
        blocks[name]["element"]["initial_value"]
        for name in ("first_name:1", "last_name:1", "email:1", "phone", "username")
    ]
    assert " ".join(values[:2]) == profile.real_name
    assert values[2:] == [profile.email, "33445566", "yulia.p"]
    assert "first_user" in blocks
    assert (await demo.slack.submit(KARIN)).errors == {}
    made = await find_user(demo, "yulia.p")
    assert made is not None
    assert (made.email, made.administrator) == (profile.email, True)


async def test_a_member_who_is_a_user_already_is_refused(demo: Demo) -> None:  # R46, D21
    await go_to_first_user_step(demo)

    await demo.slack.fill(KARIN, {"first_user_member": "U0ANNA"})

    assert _("This Slack member already has an account in IMI.") in view_text(demo, KARIN)


async def test_an_error_of_a_filled_form_is_at_its_field(demo: Demo) -> None:
    await go_to_first_user_step(demo)
    await demo.slack.fill(KARIN, {"first_user_member": YULIA})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo, KARIN))
    await demo.slack.fill(KARIN, {"first_name": "4711"})

    answer = await demo.slack.submit(KARIN)

    assert set(answer.errors) == {"first_name:1"}


async def test_the_country_is_chosen_by_its_name_in_the_readers_language(demo: Demo) -> None:  # D25
    karin = await find_user(demo, "klindqvist")
    assert karin is not None
    await change_user(demo, karin, language="da")
    await demo.slack.command(KARIN, "/imi-registerauthority")

    menu = blocks_of(demo, KARIN)["country"]["element"]

    names = [option["text"]["text"] for option in menu["options"]]
    assert names[:3] == ["Belgien", "Bulgarien", "Cypern"]
    assert names[-3:] == ["Tjekkiet", "Tyskland", "Ungarn", "Østrig"][1:]
    assert menu["initial_option"]["value"] == "DK"
    await demo.slack.fill(KARIN, {**TOWN, "country": "GR"})
    assert (await demo.slack.submit(KARIN)).errors == {}
