"""Tests that SQLite and PostgreSQL find the same authorities by misspelled words and parts."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, update

from core.authority_search import rows, service
from core.authority_search.rules import Lexicon
from core.authority_search.service import AuthorityQuery
from core.rulebook import Rulebook
from core.schema.authorities import authorities
from core.store import migration
from core.store.store import Store
from core.users.principals import Principal
from tests import databases
from tests.factories import an_administrator, an_authority

STYRELSER = (
    "Sundhedsstyrelsen",
    "Veterinærstyrelsen Board",
    "Fødevarestyrelsen",
    "Styrelsen for Patientsikkerhed",
    "Lægemiddelstyrelsen",
)
CHAMBERS = ("Ärztekammer Nordrhein", "Handwerkskammer")
TITLES = (
    *STYRELSER,
    *CHAMBERS,
    *("Oslo kommune", "Bundesamt", "Arbejdstilsynet", "Fisheries", "Fisherees", "Kreis Soest"),
    *("Ministry of Health", "Zoll"),
)
FOUND = {
    # Letters inside a word.
    "rst": {"Veterinærstyrelsen Board"},
    "tyr": {*STYRELSER},
    "els": {*STYRELSER},
    "lsen": {*STYRELSER},
    "sam": {"Bundesamt"},
    "amt": {"Bundesamt"},
    "mer": {*CHAMBERS},
    "ammer": {*CHAMBERS},
    "hand werk": {"Handwerkskammer"},
    # Two letters in the wrong order.
    "osol": {"Oslo kommune"},
    "baord": {"Veterinærstyrelsen Board"},
    "soset": {"Kreis Soest"},
    "kries": {"Kreis Soest"},
    "helath": {"Ministry of Health"},
    # A wrong, a missing, and one letter too many; words without a space.
    "ozlo": {"Oslo kommune"},
    "minstry": {"Ministry of Health"},
    "zolll": {"Zoll"},
    "fisheres": {"Fisheries", "Fisherees"},
    "sundhedstyrelsen": {"Sundhedsstyrelsen"},
    "patientsikerhed": {"Styrelsen for Patientsikkerhed"},
    "oslo komune": {"Oslo kommune"},
    "oslokommune": {"Oslo kommune"},
    "kommuneoslo": {"Oslo kommune"},
    # Beginnings are exact hits; what is too different is none.
    "zol": {"Zoll"},
    "zo": {"Zoll"},
    "solo": set[str](),
    "xyz": set[str](),
    "e": set[str](),
}


@pytest.fixture
async def anna(store: Store, rulebook: Rulebook) -> Principal:
    def register(tx: Connection) -> Principal:
        own = an_authority(tx, official_name="Qqq", informal_title="Qqq", modules=())
        for number, title in enumerate(TITLES):
            name = f"Qq{chr(ord('a') + number)} {title}"
            an_authority(tx, official_name=name, informal_title=title, modules=())
        return an_administrator(tx, own, rulebook)

    return await store.write(register)


async def test_every_misspelling_is_found(  # R2
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    lexicon = Lexicon.of(rulebook.catalogue)

    def find(tx: Connection, typed: str) -> set[str]:
        page = service.search(tx, anna, AuthorityQuery(typed), lexicon)
        return {hit.title for hit in page.hits}

    found = await store.read(lambda tx: {typed: find(tx, typed) for typed in FOUND})

    assert found == FOUND


async def test_a_misspelled_word_is_found_in_the_place(  # R4
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    """More authorities have the same title than are compared with the words."""

    def register_many(tx: Connection) -> int:
        for number in range(service.MAX_CANDIDATES + 5):
            letters = chr(ord("a") + number // 26) + chr(ord("a") + number % 26)
            name, title = f"Bureau {letters}", "Inspectorate"
            last = an_authority(tx, official_name=name, informal_title=title, modules=()).id
        moved = update(authorities).where(authorities.c.id == last).values(place="Kolding")
        tx.execute(moved)
        rows.index(tx, last)
        return last

    last = await store.write(register_many)
    query = AuthorityQuery("inspectorete", place="KOLDING")
    lexicon = Lexicon.of(rulebook.catalogue)

    page = await store.read(lambda tx: service.search(tx, anna, query, lexicon))

    assert [hit.id for hit in page.hits] == [last]


def test_the_words_of_an_earlier_version_are_found(tmp_path: Path, rulebook: Rulebook) -> None:
    """The migration fills the index that it makes anew, and the triggers keep it."""
    url = f"sqlite:///{tmp_path / 'imi.sqlite3'}"

    def register_in_earlier_version(tx: Connection) -> Principal:
        config = Config()
        config.set_main_option("script_location", str(migration.SCRIPTS))
        config.attributes["connection"] = tx
        command.upgrade(config, "0012")
        own = an_authority(tx, official_name="Oslo", informal_title="Oslo", modules=())
        an_authority(tx, official_name="Soest", informal_title="Soest", modules=())
        return an_administrator(tx, own, rulebook)

    anna = databases.write_alone(url, register_in_earlier_version)
    databases.migrate(url)

    def found(tx: Connection, typed: str) -> list[str]:
        lexicon = Lexicon.of(rulebook.catalogue)
        return [hit.title for hit in service.search(tx, anna, AuthorityQuery(typed), lexicon).hits]

    def rename(tx: Connection) -> list[list[str]]:
        before = [found(tx, "osol"), found(tx, "soset")]
        own = authorities.c.id == anna.authority_id
        new = {"official_name": "Bergen", "informal_title": "Bergen"}
        tx.execute(update(authorities).where(own).values(**new))
        rows.index(tx, anna.authority_id)
        return [*before, found(tx, "osol"), found(tx, "bregen")]

    assert databases.write_alone(url, rename) == [["Oslo"], ["Soest"], [], ["Bergen"]]
