"""Tests of editing keywords and linked coordinators, on SQLite and PostgreSQL."""

from typing import Any

import pytest
from sqlalchemy import Connection

from core.administration import modules
from core.administration.competences import (
    GENERAL,
    CompetenceEdit,
    Competences,
    competences_of,
    edit_competences,
)
from core.administration.modules import ModuleEdit
from core.administration.notices import AuthorityEvent
from core.audit.rows import entries
from core.audit.rules import Act
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries.rules import DeliveryKind
from core.errors import FormError, NotAdministratorError, NotFoundError
from core.users.principals import Principal
from tests.core.administration.sample_country import SampleCountry
from tests.times import NOON


async def save(
    sample: SampleCountry,
    by: Principal,
    *,
    keywords: Any = (),  # noqa: ANN401
    coordinators: Any = (),  # noqa: ANN401
    seen: Competences | None = None,
    since: int | None = None,
    authority: Authority | None = None,
) -> Competences:
    edited = authority or sample.health
    new = Competences(
        {module: frozenset(codes) for module, codes in dict(keywords).items()},
        {module: frozenset(ids) for module, ids in dict(coordinators).items()},
    )
    current = await sample.read(lambda tx: competences_of(tx, edited.id))
    edit = CompetenceEdit(edited.id, new, current if seen is None else seen, since)
    await sample.write(lambda tx: edit_competences(tx, edit, by, sample.rulebook.catalogue, NOON))
    return await sample.read(lambda tx: competences_of(tx, edited.id))


async def flag_coordinator(sample: SampleCountry, authority: Authority, module: str) -> None:
    await sample.write(lambda tx: authorities.set_coordinator(tx, authority.id, module, flag=True))


def a_general_keyword(sample: SampleCountry) -> str:
    return min(sample.rulebook.catalogue.selectable_keywords(GENERAL))


async def test_general_keywords_are_added_and_removed(sample: SampleCountry) -> None:  # R33, R34
    word = a_general_keyword(sample)

    chosen = await save(sample, sample.anna, keywords={GENERAL: [word]})
    assert chosen.keywords == {GENERAL: {word}}
    last = (await sample.audit_events())[-1]
    assert (last.act, last.details["added"]) == (Act.KEYWORDS_CHANGED, [word])

    before = len(await sample.audit_events())
    await save(sample, sample.anna, keywords={GENERAL: [word]})
    assert len(await sample.audit_events()) == before
    assert (await save(sample, sample.anna, keywords={GENERAL: []})).keywords == {}


async def test_each_module_has_its_own_keywords(sample: SampleCountry) -> None:  # R35
    await save(
        sample,
        sample.anna,
        keywords={"PQ": ["DOCTOR", "NURSE"], GENERAL: [a_general_keyword(sample)]},
    )

    chosen = await save(sample, sample.anna, keywords={"PQ": ["NURSE"]})

    assert chosen.keywords == {"PQ": {"NURSE"}, GENERAL: {a_general_keyword(sample)}}


@pytest.mark.parametrize(
    "keywords", [{GENERAL: ["DOCTOR"]}, {"PQ": ["NONSENSE"]}, {"SD": ["DOCTOR"]}]
)
async def test_a_keyword_must_belong_to_its_module(sample: SampleCountry, keywords: Any) -> None:  # noqa: ANN401
    with pytest.raises(FormError) as refusal:  # R35, D24
        await save(sample, sample.anna, keywords=keywords)

    module = next(iter(keywords))
    assert [error.field for error in refusal.value.errors] == [f"keywords_{module}"]


async def test_coordinators_are_linked_and_unlinked(sample: SampleCountry) -> None:  # R36, R37, D18
    await flag_coordinator(sample, sample.manager, "PQ")

    chosen = await save(sample, sample.anna, coordinators={"PQ": [sample.manager.id]})
    assert chosen.coordinators == {"PQ": {sample.manager.id}}
    last = (await sample.audit_events())[-1]
    assert (last.act, last.details["added"]) == (Act.COORDINATORS_CHANGED, [sample.manager.id])
    before = len(await sample.audit_events())
    await save(sample, sample.anna, coordinators={"PQ": [sample.manager.id]})
    assert len(await sample.audit_events()) == before

    chosen = await save(sample, sample.anna, coordinators={"PQ": []})
    assert chosen.coordinators == {}


@pytest.mark.parametrize("which", ["no coordinator", "another module", "itself"])
async def test_only_a_coordinator_of_the_module_can_be_linked(
    sample: SampleCountry, which: str
) -> None:
    await flag_coordinator(sample, sample.manager, "PR")
    await flag_coordinator(sample, sample.health, "PQ")
    wrong = {
        "no coordinator": sample.other,
        "another module": sample.manager,
        "itself": sample.health,
    }

    with pytest.raises(FormError) as refusal:  # D18
        await save(sample, sample.anna, coordinators={"PQ": [wrong[which].id]})

    assert [error.field for error in refusal.value.errors] == ["coordinators_PQ"]


async def test_an_authority_is_notified_of_what_is_changed_on_its_behalf(
    sample: SampleCountry,
) -> None:  # R17, R31, D19
    await flag_coordinator(sample, sample.manager, "PQ")
    changed: dict[str, Any] = {
        "keywords": {"PQ": ["NURSE"]},
        "coordinators": {"PQ": [sample.manager.id]},
    }

    await save(sample, sample.karin, **changed)
    await save(sample, sample.karin, **changed)
    await save(sample, sample.anna, keywords={"PQ": []})

    notices = await sample.deliveries_of(DeliveryKind.AUTHORITY_NOTICE)
    anna = sample.anna.user_id
    assert [notice.recipient_id for notice in notices] == [anna, anna, None]
    assert notices[0].details == {
        "deed": AuthorityEvent.EDITED,
        "fields": ["keywords_PQ", "coordinators_PQ"],
    }


async def test_only_editors_change_competences(sample: SampleCountry) -> None:  # R17, R26, R38
    chosen = await save(sample, sample.karin, keywords={"PQ": ["DOCTOR"]})
    assert chosen.keywords == {"PQ": {"DOCTOR"}}

    with pytest.raises(NotAdministratorError):
        await save(sample, sample.bo, keywords={"PQ": []})
    with pytest.raises(NotFoundError):
        await save(sample, sample.signe, keywords={"PQ": []})


def test_a_module_outside_the_catalogue_has_no_keywords(rulebook: Any) -> None:  # noqa: ANN401
    assert rulebook.catalogue.selectable_keywords("XX") == frozenset()


async def test_what_two_editors_choose_alike_is_written_once(sample: SampleCountry) -> None:  # D23
    word, linked = a_general_keyword(sample), sample.manager.id
    await flag_coordinator(sample, sample.manager, "PQ")
    keywords, coordinators = {GENERAL: [word]}, {"PQ": [linked]}
    since = (await sample.read(entries.chain_tip))[0]
    await save(sample, sample.anna, keywords=keywords, coordinators=coordinators)
    before = len(await sample.audit_events())

    found = await save(
        sample,
        sample.anna,
        keywords=keywords,
        coordinators=coordinators,
        seen=Competences({}, {}),
        since=since,
    )

    assert found.keywords == {GENERAL: {word}}
    assert found.coordinators == {"PQ": {linked}}
    assert len(await sample.audit_events()) == before


async def test_a_module_that_was_never_granted_is_no_withdrawn_one(sample: SampleCountry) -> None:
    """D23: only what somebody took away is told as a change; the rest is refused as wrong."""
    since = (await sample.read(entries.chain_tip))[0]
    await sample.write(lambda tx: withdraw(tx, sample, "PR"))

    with pytest.raises(FormError):
        await save(sample, sample.anna, keywords={"EC": ["NONSENSE"]}, since=since)


def withdraw(tx: Connection, sample: SampleCountry, code: str) -> None:
    """Withdraw a module of the authority as its access manager (R24)."""
    seen = modules.current_values(tx, authorities.require(tx, sample.health.id))
    chosen = {module: value for module, value in seen.items() if module != code}
    edit = ModuleEdit(sample.health.id, chosen, seen, entries.chain_tip(tx)[0])
    modules.change_modules(tx, edit, sample.karin, sample.rulebook, NOON)
