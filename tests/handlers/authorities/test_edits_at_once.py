"""Tests of two administrators who have the tabs of one authority open at the same time."""

from sqlalchemy import Connection, update

from bot.demo.demo import Demo
from core.administration import modules
from core.administration.competences import competences_of
from core.administration.modules import ModuleEdit
from core.audit.rows import entries
from core.authorities.rows import authorities, competences
from core.languages.texts import texts
from core.schema.authorities import authorities as authorities_table
from core.users.principals import principal_of
from core.users.rows import queries
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
    table = authorities_table
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
    assert note_of(demo) == REFUSED
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


async def test_a_keyword_that_somebody_else_took_away_is_not_put_back(demo: Demo) -> None:
    """D23: of the keywords of one module each person adds and removes their own alone."""
    await demo.product.store.write(
        lambda tx: competences.write_keywords(tx, 2, "PQ", {"DOCTOR", "NURSE"}, ())
    )
    await both_open(demo, "modules")
    for member in (ANNA, JONAS):
        await demo.slack.suggest(member, "keywords_PQ", "")
    await save(demo, JONAS, keywords_PQ=["DOCTOR"])

    await save(demo, ANNA, keywords_PQ=["DOCTOR", "NURSE", "MIDWIFE"])

    chosen = await demo.product.store.read(lambda tx: competences_of(tx, 2))
    assert chosen.keywords["PQ"] == {"DOCTOR", "MIDWIFE"}
    assert note_of(demo).endswith("(Erhvervsmæssige kvalifikationer)")
    await save(demo, ANNA, keywords_PQ=["NURSE", "MIDWIFE"])
    chosen = await demo.product.store.read(lambda tx: competences_of(tx, 2))
    assert chosen.keywords["PQ"] == {"MIDWIFE"}


async def test_a_keyword_that_was_added_and_removed_meanwhile_is_asked_about(demo: Demo) -> None:
    """D23: the refusal says who, from what, to what, and a second save decides."""
    await both_open(demo, "modules")
    for member in (ANNA, JONAS):
        await demo.slack.suggest(member, "keywords_PQ", "")
    await save(demo, JONAS, keywords_PQ=["DOCTOR"])
    await save(demo, JONAS, keywords_PQ=[])

    await save(demo, ANNA, keywords_PQ=["DOCTOR", "NURSE"])

    told = blocks_of(demo)["changed_keywords_PQ"]["elements"][0]["text"]
    assert note_of(demo) == REFUSED
    assert told.splitlines() == [
        _("Changed in the meantime by: {name}", name="Jonas Lund"),
        _("Before: {value}", value="Læge"),
        _("Now: {value}", value="–"),
    ]
    assert (await demo.product.store.read(lambda tx: competences_of(tx, 2))).keywords == {}
    await demo.slack.submit(ANNA)
    chosen = await demo.product.store.read(lambda tx: competences_of(tx, 2))
    assert chosen.keywords == {"PQ": {"DOCTOR", "NURSE"}}


async def test_keywords_of_a_module_that_was_withdrawn_meanwhile_are_told(demo: Demo) -> None:
    """D23: what was chosen in the module is not dropped without a word."""
    await both_open(demo, "modules")
    await demo.slack.suggest(ANNA, "keywords_PQ", "")
    await demo.slack.fill(ANNA, {"keywords_PQ": ["NURSE"]})
    await withdraw_module(demo, "PQ")

    await demo.slack.submit(ANNA)

    assert note_of(demo) == REFUSED
    assert "keywords_PQ" not in blocks_of(demo)
    assert list(blocks_of(demo))[-1] == "changed_keywords_PQ"
    assert (await demo.slack.submit(ANNA)).errors == {}
    assert _("Saved.") in note_of(demo)


async def withdraw_module(demo: Demo, code: str) -> None:
    """Withdraw a module of Anna's authority as its access manager."""

    def withdraw(tx: Connection) -> None:
        seen = modules.current_values(tx, authorities.require(tx, 2))
        chosen = {module: value for module, value in seen.items() if module != code}
        edit = ModuleEdit(2, chosen, seen, entries.chain_tip(tx)[0])
        karin = next(iter(queries.administrators_of(tx, 1)))
        now = demo.slack.clock.now()
        modules.change_modules(tx, edit, principal_of(karin), demo.product.rulebook, now)

    await demo.product.store.write(withdraw)
