"""Granting and withdrawing modules, on both databases."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from core.accounts import registration as user_service
from core.accounts import removal
from core.administration import managing
from core.administration import modules as access
from core.administration.modules import ModuleEdit
from core.audit.rules import COMMAND_LINE, Act
from core.authorities.rows import authorities, competences
from core.authorities.rules import Authority
from core.deliveries.notices import NoticeType
from core.deliveries.rules import DeliveryKind
from core.errors import (
    EditedMeanwhileError,
    FormError,
    NotAccessManagerError,
    NotAdministratorError,
    NotFoundError,
)
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from core.schema.tables import metadata
from core.users.principals import Principal
from core.users.rows import queries, roles, users
from core.users.rules import RegistrationRequest
from tests.core.administration.land import Land
from tests.factories import a_new_user, a_user, an_administrator, an_authority
from tests.times import NOON

MODULES = ("PQ", "SD", "PW", "PR", "EC")


async def change(
    land: Land,
    by: Principal,
    *modules: str,
    coordinating: tuple[str, ...] = (),
    authority: Authority | None = None,
    **more: Any,  # noqa: ANN401 - what was seen
) -> Authority:
    where = await land.authority((authority or land.health).id)
    seen = frozenset(more.get("seen", where.modules))
    edit = ModuleEdit(where.id, frozenset(modules), frozenset(coordinating), seen)
    return await land.act(lambda tx: access.change_modules(tx, edit, by, land.rulebook, NOON))


async def test_a_granted_module_tells_who_needs_a_holder(land: Land) -> None:  # R19, R61, D12
    made = await change(land, land.karin, "PQ", "PR", "SD")

    assert made.modules == ("PQ", "PR", "SD")
    last = (await land.audit_events())[-1]
    assert (last.act, last.details) == (Act.MODULES_GRANTED, {"modules": ["SD"]})
    told = await land.said(DeliveryKind.AUTHORITY_NOTICE)
    assert [one.recipient_id for one in told] == [land.anna.user_id, None]
    assert told[0].details["granted"] == ["SD"]
    assert told[0].details["unheld"] == ["SD:REQ_HANDLER"]


async def test_a_withdrawn_module_ends_its_roles(land: Land) -> None:  # R19, D13
    await land.act(lambda tx: competences.write_keywords(tx, land.health.id, "PQ", {"NURSE"}, ()))
    edit = ModuleEdit(land.health.id, frozenset({"PR"}), frozenset(), frozenset({"PQ", "PR"}))
    _, follows = await land.act(lambda tx: access.what_follows(tx, edit, land.karin))
    assert [(user.id, keys) for user, keys in follows.ending] == [
        (land.bo.user_id, (RoleKey("PQ", "BASIC"),))
    ]

    made = await change(land, land.karin, "PR")

    assert made.modules == ("PR",)
    bo = await land.look(lambda tx: users.find(tx, land.bo.user_id))
    assert bo is not None
    assert bo.roles == ()
    assert await land.look(lambda tx: competences.keywords_of(tx, land.health.id)) == {}
    told = await land.said(DeliveryKind.NOTICE)
    assert (told[-2].recipient_id, told[-2].details["what"]) == (bo.id, NoticeType.ROLES_CHANGED)
    acts = [one.act for one in await land.audit_events()]
    assert acts[-2:] == [Act.ROLES_CHANGED, Act.MODULES_WITHDRAWN]


async def test_a_withdrawn_module_does_not_come_back_with_a_restored_user(
    land: Land,
) -> None:  # D13
    await land.act(lambda tx: removal.remove(tx, land.anna, land.bo.user_id, land.rulebook, NOON))
    told = len(await land.said(DeliveryKind.NOTICE))

    await change(land, land.karin, "PR")
    await change(land, land.karin, "PQ", "PR")
    bo = await land.act(
        lambda tx: removal.restore(tx, land.anna, land.bo.user_id, land.rulebook, NOON)
    )

    assert bo.roles == ()
    (ended,) = [one for one in await land.audit_events() if one.act == Act.ROLES_CHANGED]
    assert (ended.user_id, ended.details) == (bo.id, {"given": [], "taken": ["PQ:BASIC"]})
    whats = [one.details["what"] for one in (await land.said(DeliveryKind.NOTICE))[told:]]
    assert set(whats) == {NoticeType.RESTORED}


async def test_a_removed_user_keeps_the_roles_of_modules_that_stay(land: Land) -> None:  # D13
    await land.act(lambda tx: removal.remove(tx, land.anna, land.bo.user_id, land.rulebook, NOON))

    await change(land, land.karin, "PQ")
    bo = await land.act(
        lambda tx: removal.restore(tx, land.anna, land.bo.user_id, land.rulebook, NOON)
    )

    assert bo.roles == (RoleKey("PQ", "BASIC"),)


async def test_a_coordinator_is_flagged_and_unflagged(land: Land) -> None:  # D18
    await change(land, land.karin, "PQ", "PR", coordinating=("PQ", "SD"))
    assert await land.look(lambda tx: authorities.coordinated_by(tx, land.health.id)) == {"PQ"}
    link = {land.health.id}
    await land.act(lambda tx: competences.write_coordinators(tx, land.other.id, "PQ", link, ()))

    await change(land, land.karin, "PQ", "PR")

    assert await land.look(lambda tx: authorities.coordinated_by(tx, land.health.id)) == frozenset()
    assert await land.look(lambda tx: competences.coordinators_of(tx, land.other.id)) == {}
    flags = [one.details for one in await land.audit_events() if one.act == Act.COORDINATOR_FLAGGED]
    assert flags == [{"module": "PQ", "flag": True}, {"module": "PQ", "flag": False}]
    assert await land.said(DeliveryKind.AUTHORITY_NOTICE) == []


async def test_an_access_manager_changes_its_own_modules(land: Land) -> None:  # R24
    made = await change(land, land.karin, "PQ", authority=land.manager)

    assert made.modules == ("PQ",)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("anna", NotAccessManagerError), ("bo", NotAdministratorError), ("signe", NotFoundError)],
)
async def test_nobody_else_changes_modules(  # R26
    land: Land, who: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await change(land, getattr(land, who), "PQ")


async def test_another_managers_authority_is_not_found(land: Land) -> None:  # D15
    with pytest.raises(NotFoundError):
        await change(land, land.karin, "PQ", authority=land.other)


async def test_what_others_changed_meanwhile_is_noticed(land: Land) -> None:  # D23
    with pytest.raises(EditedMeanwhileError):
        await change(land, land.karin, "PQ", seen=("PQ",))


async def test_a_module_of_no_catalogue_is_refused(land: Land) -> None:  # D24
    with pytest.raises(FormError):
        await change(land, land.karin, "PQ", "PR", "XX")


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.frozensets(st.sampled_from(MODULES)), min_size=1, max_size=4))
def test_after_whatever_grants_and_withdrawals_roles_stay_within_modules(  # D12, D13, D18
    rulebook: Rulebook, steps: list[frozenset[str]]
) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as tx:
        karin, health = _founded(tx, rulebook)
        for modules in steps:
            seen = frozenset(authorities.require(tx, health).modules)
            edit = ModuleEdit(health, modules, modules, seen)
            access.change_modules(tx, edit, karin, rulebook, NOON)
            everybody = queries.all_of(tx, health)
            held = {key for user in everybody for key in user.roles}
            assert held <= set(rulebook.catalogue.roles_in(modules))
            assert RoleKey("", "ADMIN") in held
            assert authorities.coordinated_by(tx, health) == modules
            _give_all(tx, everybody[0].id, modules, rulebook)
    engine.dispose()


def _founded(tx: Connection, rulebook: Rulebook) -> tuple[Principal, int]:
    manager = an_authority(tx, access_manager=True)
    health = an_authority(tx, manager_id=manager.id)
    an_administrator(tx, health, rulebook)
    a_user(tx, health, rulebook)
    return an_administrator(tx, manager, rulebook), health.id


def _give_all(tx: Connection, user_id: int, modules: frozenset[str], rulebook: Rulebook) -> None:
    user = users.find(tx, user_id)
    assert user is not None
    roles.grant(tx, user_id, set(rulebook.catalogue.roles_in(modules)) - set(user.roles))


async def test_nobody_is_let_in_with_a_role_that_is_withdrawn_at_this_moment(  # D13
    land: Land,
) -> None:
    def let_in(tx: Connection) -> None:
        request = RegistrationRequest(land.health.id, a_new_user(), COMMAND_LINE, in_bulk=True)
        with suppress(FormError):
            user_service.register(tx, request, land.rulebook, NOON)

    await asyncio.gather(
        *(land.act(let_in) for _ in range(3)),
        change(land, land.karin, "PR"),
        *(land.act(let_in) for _ in range(3)),
    )

    everybody = await land.look(lambda tx: queries.all_of(tx, land.health.id))
    held = {key.module for user in everybody for key in user.roles if key.module}
    assert held <= {"PR"}


async def test_nobody_is_let_into_an_authority_that_is_removed(land: Land) -> None:  # D14
    name = land.health.official_name
    await land.act(lambda tx: managing.remove(tx, land.karin, land.health.id, name, NOON))

    def let_in(tx: Connection) -> None:
        request = RegistrationRequest(land.health.id, a_new_user(), COMMAND_LINE, in_bulk=True)
        user_service.register(tx, request, land.rulebook, NOON)

    with pytest.raises(NotFoundError):
        await land.act(let_in)
