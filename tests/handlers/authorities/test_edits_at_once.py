"""Tests of two administrators who have the tabs of one authority open at the same time."""

from sqlalchemy import update

from bot.demo.demo import Demo
from core.administration.competences import competences_of
from core.authorities.rows import authorities
from core.languages.texts import texts
from tests.factories import executing
from tests.handlers.demo_actions import ANNA, JONAS, annas_authority, blocks_of, register

_ = texts("da").gettext
REFUSED = _(
    "Nothing has been saved: someone else has changed the same fields in the meantime."
    " Your own entries are shown below. Save again to replace these changes."
)


async def both_open(demo: Demo, tab: str = "authority") -> None:
    """Let Anna and Jonas, who both administer the authority, open the same tab."""
    await register(
        demo, member=JONAS, first_name="Jonas", last_name="Lund", administrator=[":ADMIN"]
    )
    await demo.slack.close(ANNA, clear=True)
    for member in (ANNA, JONAS):
        await demo.slack.command(member, "/imi-authority")
        await demo.slack.click(member, "authority_edit")
        if tab != "authority":
            await demo.slack.click(member, f"authority_tab_{tab}")
    field = {"authority": "email", "modules": "module_PQ"}[tab]
    await demo.slack.until(lambda: all(field in blocks_of(demo, who) for who in (ANNA, JONAS)))


async def save(demo: Demo, member: str, **typed: object) -> None:
    await demo.slack.fill(member, typed)
    assert (await demo.slack.submit(member)).errors == {}


def note_of(demo: Demo) -> str:
    text: str = blocks_of(demo)["note"]["text"]["text"]
    return text


async def test_edits_of_different_fields_are_both_kept(demo: Demo) -> None:
    """D23: what Jonas wrote stays, also when Anna saves the form a second time.

    Her form still shows the old value: Slack keeps what a field shows at an update.
    """
    await both_open(demo)
    await save(demo, JONAS, place="Fjordby", languages=["da"])

    await save(demo, ANNA, address="Havnegade 1", languages=["da"])

    assert _("Saved.") in note_of(demo)
    assert note_of(demo).endswith(_("Place"))
    await save(demo, ANNA, address="Havnegade 2")
    made = await annas_authority(demo)
    assert (made.place, made.address) == ("Fjordby", "Havnegade 2")


async def test_nobody_else_is_blamed_for_a_value_that_the_save_itself_completes(
    demo: Demo,
) -> None:
    """D23, D32: an older phone number without its prefix was changed by nobody else."""
    table = authorities.authorities
    old = update(table).where(table.c.id == 2).values(phone="33445566")
    await demo.product.store.write(executing(old))
    await both_open(demo)

    await save(demo, ANNA, place="Fjordby", languages=["da"])

    assert (await annas_authority(demo)).phone == "+4533445566"
    assert note_of(demo).endswith(_("Saved."))


async def test_the_same_field_is_refused_there_and_can_then_be_replaced(demo: Demo) -> None:
    """D23: the refusal says who, from what, to what; what was typed can be saved again."""
    await both_open(demo)
    await save(demo, JONAS, place="Fjordby", phone="33445566", languages=["da"])

    await save(demo, ANNA, place="Østby", address="Havnegade 1", languages=["da"])

    blocks = list(blocks_of(demo))
    told = blocks_of(demo)["changed_place"]["elements"][0]["text"]
    assert note_of(demo) == f":warning: {REFUSED}"
    assert blocks.index("changed_place") == blocks.index("place") + 1
    assert [name for name in blocks if name.startswith("changed_")] == ["changed_place"]
    assert told.splitlines() == [
        _("Changed in the meantime by: {name}", name="Jonas Lund"),
        _("Before: {value}", value="–"),
        _("Now: {value}", value="Fjordby"),
    ]
    assert blocks_of(demo)["place"]["element"]["initial_value"] == "Østby"
    assert (await annas_authority(demo)).address == ""

    await demo.slack.submit(ANNA)

    made = await annas_authority(demo)
    assert (made.place, made.address, made.phone) == ("Østby", "Havnegade 1", "+4533445566")


async def test_keywords_of_different_modules_are_both_kept(demo: Demo) -> None:
    """D23: the keywords of each module are a field of their own."""
    await both_open(demo, "modules")
    for member, module in ((JONAS, "PQ"), (ANNA, "PR")):
        await demo.slack.suggest(member, f"keywords_{module}", "")
    word = blocks_of(demo)["keywords_PR"]["element"]["action_id"]
    found = await demo.slack.suggest(ANNA, word, "")
    assert isinstance(found.body, dict)
    code = found.body["option_groups"][0]["options"][0]["value"]

    await save(demo, JONAS, keywords_PQ=["DOCTOR"])
    await save(demo, ANNA, keywords_PR=[code])

    chosen = await demo.product.store.read(lambda tx: competences_of(tx, 2))
    assert chosen.keywords == {"PQ": {"DOCTOR"}, "PR": {code}}
