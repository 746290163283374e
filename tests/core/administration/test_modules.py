"""Tests of granting and withdrawing modules, on SQLite and PostgreSQL."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from core.accounts import registration, removal
from core.administration import managed_authorities, modules
from core.administration.modules import ModuleEdit, module_values
from core.audit.rows import entries
from core.audit.rules import COMMAND_LINE, Act
from core.authorities.rows import authorities, competences
from core.deliveries.notices import NoticeType
from core.deliveries.rules import DeliveryKind
from core.errors import FormError, NotAccessManagerError, NotAdministratorError, NotFoundError
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from core.users.principals import Principal
from core.users.rows import queries, roles, users
from core.users.rules import RegistrationRequest
from tests.core.administration.sample_changes import change_modules
from tests.core.administration.sample_country import SampleCountry
from tests.core.memory_database import empty_database
from tests.factories import a_new_user, a_user, an_administrator, an_authority
from tests.times import NOON

MODULES = ("PQ", "SD", "PW", "PR", "EC")


async def test_a_grant_notifies_which_roles_need_holders(
    sample: SampleCountry,
) -> None:  # R19, R61, D12
    changed = await change_modules(sample, sample.karin, "PQ", "PR", "SD")

    assert changed.modules == ("PQ", "PR", "SD")
    last = (await sample.audit_events())[-1]
    assert (last.act, last.details) == (Act.MODULES_GRANTED, {"modules": ["SD"]})
    notices = await sample.deliveries_of(DeliveryKind.AUTHORITY_NOTICE)
    # To the administrator by DM and by e-mail (R32).
    to = [notice.recipient_id for notice in notices]
    assert to == [sample.anna.user_id, sample.anna.user_id, None]
    assert notices[0].details["granted"] == ["SD"]
    assert notices[0].details["unheld"] == ["SD:REQ_HANDLER"]


async def test_a_withdrawn_module_ends_its_roles(sample: SampleCountry) -> None:  # R19, D13
    await sample.write(
        lambda tx: competences.write_keywords(tx, sample.health.id, "PQ", {"NURSE"}, ())
    )
    chosen, seen = module_values(["PR"], ()), module_values(["PQ", "PR"], ())
    edit = ModuleEdit(sample.health.id, chosen, seen, since=0)
    _, effects = await sample.write(lambda tx: modules.preview_effects(tx, edit, sample.karin))
    assert [(user.id, keys) for user, keys in effects.ending] == [
        (sample.bo.user_id, (RoleKey("PQ", "BASIC"),))
    ]

    changed = await change_modules(sample, sample.karin, "PR")

    assert changed.modules == ("PR",)
    bo = await sample.read(lambda tx: users.find(tx, sample.bo.user_id))
    assert bo is not None
    assert bo.roles == ()
    assert await sample.read(lambda tx: competences.keywords_of(tx, sample.health.id)) == {}
    notices = await sample.deliveries_of(DeliveryKind.NOTICE)
    assert (notices[-2].recipient_id, notices[-2].details["what"]) == (
        bo.id,
        NoticeType.ROLES_CHANGED,
    )
    acts = [event.act for event in await sample.audit_events()]
    assert acts[-2:] == [Act.ROLES_CHANGED, Act.MODULES_WITHDRAWN]


async def test_a_restored_user_does_not_regain_a_withdrawn_module(
    sample: SampleCountry,
) -> None:  # D13
    await sample.write(
        lambda tx: removal.remove(tx, sample.anna, sample.bo.user_id, sample.rulebook, NOON)
    )
    notices_before = len(await sample.deliveries_of(DeliveryKind.NOTICE))

    await change_modules(sample, sample.karin, "PR")
    await change_modules(sample, sample.karin, "PQ", "PR")
    bo = await sample.write(
        lambda tx: removal.restore(tx, sample.anna, sample.bo.user_id, sample.rulebook, NOON)
    )

    assert bo.roles == ()
    (ended,) = [event for event in await sample.audit_events() if event.act == Act.ROLES_CHANGED]
    assert (ended.user_id, ended.details) == (bo.id, {"given": [], "taken": ["PQ:BASIC"]})
    types = [
        notice.details["what"]
        for notice in (await sample.deliveries_of(DeliveryKind.NOTICE))[notices_before:]
    ]
    assert set(types) == {NoticeType.RESTORED}


async def test_a_removed_user_keeps_the_roles_of_modules_that_stay(
    sample: SampleCountry,
) -> None:  # D13
    await sample.write(
        lambda tx: removal.remove(tx, sample.anna, sample.bo.user_id, sample.rulebook, NOON)
    )

    await change_modules(sample, sample.karin, "PQ")
    bo = await sample.write(
        lambda tx: removal.restore(tx, sample.anna, sample.bo.user_id, sample.rulebook, NOON)
    )

    assert bo.roles == (RoleKey("PQ", "BASIC"),)


async def test_a_coordinator_is_flagged_and_unflagged(sample: SampleCountry) -> None:  # D18
    await change_modules(sample, sample.karin, "PQ", "PR", coordinating=("PQ", "SD"))
    assert await sample.read(lambda tx: authorities.coordinated_modules(tx, sample.health.id)) == {
        "PQ"
    }
    link = {sample.health.id}
    await sample.write(
        lambda tx: competences.write_coordinators(tx, sample.other.id, "PQ", link, ())
    )

    await change_modules(sample, sample.karin, "PQ", "PR")

    assert (
        await sample.read(lambda tx: authorities.coordinated_modules(tx, sample.health.id))
        == frozenset()
    )
    assert await sample.read(lambda tx: competences.coordinators_of(tx, sample.other.id)) == {}
    flags = [
        event.details
        for event in await sample.audit_events()
        if event.act == Act.COORDINATOR_FLAGGED
    ]
    assert flags == [{"module": "PQ", "flag": True}, {"module": "PQ", "flag": False}]


async def test_an_access_manager_changes_its_own_modules(sample: SampleCountry) -> None:  # R24
    changed = await change_modules(sample, sample.karin, "PQ", authority=sample.manager)

    assert changed.modules == ("PQ",)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("anna", NotAccessManagerError), ("bo", NotAdministratorError), ("signe", NotFoundError)],
)
async def test_only_the_access_manager_changes_modules(  # R26
    sample: SampleCountry, who: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await change_modules(sample, getattr(sample, who), "PQ")


async def test_an_authority_that_is_not_managed_is_not_found(sample: SampleCountry) -> None:  # D15
    with pytest.raises(NotFoundError):
        await change_modules(sample, sample.karin, "PQ", authority=sample.other)


async def test_a_module_outside_the_catalogue_is_refused(sample: SampleCountry) -> None:  # D24
    with pytest.raises(FormError):
        await change_modules(sample, sample.karin, "PQ", "PR", "XX")


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.frozensets(st.sampled_from(MODULES)), min_size=1, max_size=4))
def test_after_any_grants_and_withdrawals_roles_stay_within_modules(  # D12, D13, D18
    rulebook: Rulebook, steps: list[frozenset[str]]
) -> None:
    with empty_database().begin() as tx:
        karin, health = _register_authorities(tx, rulebook)
        for codes in steps:
            seen = modules.current_values(tx, authorities.require(tx, health))
            edit = ModuleEdit(health, module_values(codes, codes), seen, entries.chain_tip(tx)[0])
            modules.change_modules(tx, edit, karin, rulebook, NOON)
            everybody = queries.all_of(tx, health)
            held = {key for user in everybody for key in user.roles}
            assert held <= set(rulebook.catalogue.roles_in(codes))
            assert RoleKey("", "ADMIN") in held
            assert authorities.coordinated_modules(tx, health) == codes
            _give_all_roles(tx, everybody[0].id, codes, rulebook)


def _register_authorities(tx: Connection, rulebook: Rulebook) -> tuple[Principal, int]:
    manager = an_authority(tx, access_manager=True)
    health = an_authority(tx, manager_id=manager.id)
    an_administrator(tx, health, rulebook)
    a_user(tx, health, rulebook)
    return an_administrator(tx, manager, rulebook), health.id


def _give_all_roles(
    tx: Connection, user_id: int, modules: frozenset[str], rulebook: Rulebook
) -> None:
    user = users.find(tx, user_id)
    assert user is not None
    roles.grant(tx, user_id, set(rulebook.catalogue.roles_in(modules)) - set(user.roles))


async def test_a_concurrent_registration_gets_no_role_of_a_withdrawn_module(  # D13
    sample: SampleCountry,
) -> None:
    def register_user(tx: Connection) -> None:
        request = RegistrationRequest(sample.health.id, a_new_user(), COMMAND_LINE, in_bulk=True)
        with suppress(FormError):
            registration.register(tx, request, sample.rulebook, NOON)

    await asyncio.gather(
        *(sample.write(register_user) for _ in range(3)),
        change_modules(sample, sample.karin, "PR"),
        *(sample.write(register_user) for _ in range(3)),
    )

    everybody = await sample.read(lambda tx: queries.all_of(tx, sample.health.id))
    held = {key.module for user in everybody for key in user.roles if key.module}
    assert held <= {"PR"}


async def test_no_user_is_registered_in_a_removed_authority(
    sample: SampleCountry,
) -> None:  # D14
    name = sample.health.official_name
    await sample.write(
        lambda tx: managed_authorities.remove(tx, sample.karin, sample.health.id, name, NOON)
    )

    def register_user(tx: Connection) -> None:
        request = RegistrationRequest(sample.health.id, a_new_user(), COMMAND_LINE, in_bulk=True)
        registration.register(tx, request, sample.rulebook, NOON)

    with pytest.raises(NotFoundError):
        await sample.write(register_user)
