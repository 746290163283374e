"""Tests that two transactions at one moment neither fail nor do a thing twice, on both databases.

SQLite runs one write after the other. PostgreSQL runs them side by side, and what one of them has
read may have changed before it writes.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection, func, select

from core.accounts import registration, slack_members
from core.administration import managed_authorities, modules, title_tasks
from core.administration import registration as authority_registration
from core.administration.competences import (
    CompetenceEdit,
    Competences,
    competences_of,
    edit_competences,
)
from core.administration.modules import ModuleEdit, module_values
from core.administration.title_tasks import TitleEdit
from core.audit import service as audit
from core.audit.rows import entries
from core.audit.rules import COMMAND_LINE, Act
from core.authorities.rows import competences, titles
from core.authorities.rules import NewAuthority
from core.contacts import email_of
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, FailureReason, NewDelivery
from core.errors import FormError, NameTakenError, NotAUserError, RuleError
from core.imports.rules import ImportRow, RowStatus
from core.imports.service import UserImport
from core.leavers import rows as leaver_rows
from core.leavers import service as leavers
from core.members.rules import Member
from core.policy import Policy
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.resets.service import ResetDecision
from core.schema.deliveries import deliveries as delivery_table
from core.schema.users import users as users_table
from core.schema.warnings import warnings as warning_table
from core.store.store import Store
from core.users.rules import RegistrationRequest, UserForm
from core.warnings import service as warnings
from core.warnings.rules import Gap
from tests.core.accounts.registering import register_by
from tests.core.administration.sample_changes import COMMISSION_MEMBER, edit
from tests.core.administration.sample_country import SampleCountry
from tests.factories import a_member, a_new_user, a_user, an_administrator
from tests.times import NOON

T = TypeVar("T")
TIMES = 6
POLICY = Policy()


async def open_connections(store: Store, number: int) -> None:
    """Let the pool open so many connections; opening one takes longer than a transaction."""
    await asyncio.gather(*(store.read(lambda tx: tx.scalar(select(1))) for _ in range(number)))


async def at_once(store: Store, *operations: Callable[[Connection], T]) -> list[T | RuleError]:
    """Run the operations side by side; return their results and refusals. Anything else rises."""
    await open_connections(store, len(operations))
    found = await asyncio.gather(*map(store.write, operations), return_exceptions=True)
    for outcome in found:
        if isinstance(outcome, BaseException) and not isinstance(outcome, RuleError):
            raise outcome
    return found  # type: ignore[return-value] # the loop above let nothing else through


async def acts(store: Store) -> Counter[Act]:
    found = await store.read(lambda tx: list(entries.since(tx)))
    return Counter(entry.audit_event.act for entry in found)


async def test_a_form_that_is_submitted_twice_at_once_registers_one_user(  # R53
    sample: SampleCountry,
) -> None:
    new_user = a_new_user()

    def register(tx: Connection) -> int:
        return register_by(tx, sample.anna, new_user, "V1", sample.rulebook).id

    found = await at_once(sample.store, *[register] * TIMES)

    assert len(set(found)) == 1


async def test_one_official_name_registered_twice_at_once_is_refused_at_its_field(  # D15
    sample: SampleCountry,
) -> None:
    new = NewAuthority("The Twin", "Twin", "twin@authority.example", "DK", ("PQ",))

    def register(tx: Connection) -> int:
        return authority_registration.register(tx, new, COMMAND_LINE, NOON).id

    found = await at_once(sample.store, *[register] * TIMES)

    refused = [one for one in found if isinstance(one, FormError)]
    assert len(refused) == TIMES - 1
    assert all(isinstance(error, NameTakenError) for one in refused for error in one.errors)


async def test_one_official_name_given_to_two_authorities_at_once_is_refused(  # D15
    sample: SampleCountry,
) -> None:
    both = (sample.health, sample.labour)
    await open_connections(sample.store, len(both))

    found = await asyncio.gather(
        *(edit(sample, sample.karin, one, official_name="The Twin") for one in both),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in found) == ["Authority", "FormError"]


async def a_member_with_a_users_address(sample: SampleCountry) -> Member:
    """Return a member whose confirmed address is that of a user who was never linked."""
    address = "bo@authority.example"
    await sample.write(
        lambda tx: a_user(tx, sample.health, sample.rulebook, email=email_of(address))
    )
    return await sample.write(lambda tx: a_member(tx, "U0BO", email=address, email_confirmed=True))


async def test_a_member_is_linked_once_by_the_address(  # D21
    sample: SampleCountry,
) -> None:
    member = await a_member_with_a_users_address(sample)

    found = await at_once(
        sample.store, *[lambda tx: slack_members.link_by_email(tx, member, NOON).user_id] * TIMES
    )

    assert len({one for one in found if isinstance(one, int)}) == 1
    assert all(isinstance(one, int | NotAUserError) for one in found)
    assert (await acts(sample.store))[Act.MEMBER_LINKED] == 1


async def test_a_member_who_is_registered_while_the_address_links_them_has_one_account(  # D21
    sample: SampleCountry,
) -> None:
    member = await a_member_with_a_users_address(sample)
    twin = RegistrationRequest(sample.other.id, a_new_user(member=member.key), COMMAND_LINE)

    await at_once(
        sample.store,
        lambda tx: slack_members.link_by_email(tx, member, NOON).user_id,
        lambda tx: registration.register(tx, twin, sample.rulebook, NOON).id,
        lambda tx: slack_members.link_by_email(tx, member, NOON).user_id,
    )

    query = select(func.count()).select_from(users_table).where(users_table.c.member_id == "U0BO")
    assert await sample.read(lambda tx: tx.scalar(query)) == 1


async def test_a_leaver_is_noticed_once(sample: SampleCountry) -> None:  # D14
    gone = await sample.write(lambda tx: a_member(tx, "U0BO", deleted=True))
    await sample.write(lambda tx: a_user(tx, sample.health, sample.rulebook, member=gone.key))

    await at_once(sample.store, *[lambda tx: leavers.check_member(tx, gone, NOON)] * TIMES)

    assert (await acts(sample.store))[Act.LEAVER_NOTICED] == 1


async def test_nobody_is_asked_about_a_leaver_who_is_back_at_that_moment(  # D14
    sample: SampleCountry,
) -> None:
    here = await sample.write(lambda tx: a_member(tx, "U0BO"))
    user = await sample.write(
        lambda tx: a_user(tx, sample.health, sample.rulebook, member=here.key)
    )
    due = NOON + timedelta(days=POLICY.leaver_days)
    gone = replace(here, deleted=True)
    for _ in range(TIMES):
        await sample.write(lambda tx: leavers.check_member(tx, gone, NOON))
        await sample.write(lambda tx: leavers.keep_user(tx, sample.anna, user.id, POLICY, NOON))

        await at_once(
            sample.store,
            lambda tx: leavers.ask_due(tx, due, 10),
            lambda tx: leavers.check_member(tx, here, due),
            lambda tx: leavers.ask_due(tx, due, 10),
        )

        assert await sample.read(lambda tx: leaver_rows.find(tx, user.id)) is None


async def test_an_answer_that_two_administrators_give_at_once_counts_once(  # D14
    sample: SampleCountry,
) -> None:
    gone = await sample.write(lambda tx: a_member(tx, "U0BO", deleted=True))
    user = await sample.write(
        lambda tx: a_user(tx, sample.health, sample.rulebook, member=gone.key)
    )
    bea = await sample.write(lambda tx: an_administrator(tx, sample.health, sample.rulebook))
    await sample.write(lambda tx: leavers.check_member(tx, gone, NOON))

    await at_once(
        sample.store,
        *(
            lambda tx, by=by: leavers.keep_user(tx, by, user.id, POLICY, NOON)
            for by in (sample.anna, bea, sample.anna)
        ),
    )

    leaver = await sample.read(lambda tx: leaver_rows.find(tx, user.id))
    assert leaver is not None
    assert leaver.round == 2
    assert (await acts(sample.store))[Act.LEAVER_KEPT] == 1


async def test_messages_that_fail_at_once_are_all_settled(sample: SampleCountry) -> None:
    queued = [
        NewDelivery(DeliveryKind.ONBOARDING, sample.health.id, sample.bo.user_id, event=str(number))
        for number in range(20)
    ]
    await sample.write(lambda tx: deliveries.queue(tx, queued, NOON))
    found = await sample.deliveries_of(DeliveryKind.ONBOARDING)

    await at_once(
        sample.store,
        *(
            lambda tx, one=one: deliveries.mark_failed(tx, one, FailureReason.CHANNEL, NOON)
            for one in found
        ),
    )

    states = select(delivery_table.c.state).where(delivery_table.c.kind == DeliveryKind.ONBOARDING)
    assert set(await sample.read(lambda tx: tx.scalars(states).all())) == {"failed"}


async def test_a_message_queued_again_twice_at_once_waits_once(sample: SampleCountry) -> None:
    again = NewDelivery(DeliveryKind.USERNAME, sample.health.id, sample.bo.user_id)

    found = await at_once(
        sample.store, *[lambda tx: deliveries.queue_again(tx, again, NOON).id] * TIMES
    )

    assert len(set(found)) == 1


async def test_a_request_that_expires_while_it_is_decided_is_closed_once(  # D11
    sample: SampleCountry,
) -> None:
    request = await sample.write(
        lambda tx: resets.request_reset(tx, sample.bo.user_id, RequestSource.SLACK, POLICY, NOON)
    )
    before = NOON + timedelta(days=POLICY.request_days) - timedelta(seconds=1)
    after = before + timedelta(seconds=2)
    decision = ResetDecision(request.id, approve=True)

    await at_once(
        sample.store,
        lambda tx: resets.decide(tx, sample.anna, decision, POLICY, before).id,
        lambda tx: resets.expire_due(tx, POLICY, after, 10),
        lambda tx: resets.expire_due(tx, POLICY, after, 10),
    )

    closed = await sample.deliveries_of(DeliveryKind.REQUEST_CLOSED)
    assert len(closed) == len(await sample.deliveries_of(DeliveryKind.REQUEST))
    done = await acts(sample.store)
    assert done[Act.PASSWORD_RESET] + done[Act.RESET_EXPIRED] == 1


async def test_an_authority_removed_while_a_request_expires_closes_it_once(  # D14
    sample: SampleCountry,
) -> None:
    await sample.write(
        lambda tx: resets.request_reset(tx, sample.bo.user_id, RequestSource.SLACK, POLICY, NOON)
    )
    after = NOON + timedelta(days=POLICY.request_days)
    name = sample.health.official_name

    await at_once(
        sample.store,
        lambda tx: managed_authorities.remove(tx, sample.karin, sample.health.id, name, after).id,
        lambda tx: resets.expire_due(tx, POLICY, after, 10),
    )

    closed = await sample.deliveries_of(DeliveryKind.REQUEST_CLOSED)
    assert len(closed) == len(await sample.deliveries_of(DeliveryKind.REQUEST))


async def test_a_title_changed_while_the_old_one_is_translated_is_still_asked_for(  # R29, D17
    sample: SampleCountry,
) -> None:
    health = await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    open_tasks, _ = await sample.read(lambda tx: titles.open_tasks(tx, 10))
    typed = TitleEdit(open_tasks[0].id, "Care", {"da": "Omsorg"}, {}, close=True)
    await open_connections(sample.store, 2)

    await asyncio.gather(
        edit(sample, sample.anna, health, substantial=True, informal_title="Cure"),
        at_once(
            sample.store,
            lambda tx: title_tasks.translate(tx, typed, COMMISSION_MEMBER, "en", NOON),
        ),
    )

    still_open, _ = await sample.read(lambda tx: titles.open_tasks(tx, 10))
    translated = await sample.read(lambda tx: titles.translations_of(tx, health.id))
    closed = await sample.read(lambda tx: titles.find_task(tx, open_tasks[0].id))
    assert closed is not None
    # Either the new title waits for its translation, or it was the new one that was translated.
    assert [task.new_title for task in still_open] == ["Cure"] or closed.new_title == "Cure"
    assert not (still_open and translated)


async def test_gaps_found_twice_at_once_are_recorded_once(sample: SampleCountry) -> None:  # D12
    gaps = [Gap(sample.health.id), Gap(sample.labour.id)]

    await at_once(sample.store, *[lambda tx: warnings.record_new(tx, gaps, NOON)] * TIMES)

    number = select(func.count()).select_from(warning_table)
    assert await sample.read(lambda tx: tx.scalar(number)) == 2


async def test_a_file_imported_twice_at_once_leaves_the_second_unchanged(  # R46
    sample: SampleCountry,
) -> None:
    row = ImportRow(2, UserForm("Ida", "Møller", "da", "ida@x.example", "", ""))

    found = await at_once(
        sample.store,
        *(
            UserImport(sample.health.id, sample.anna, sample.rulebook).operation_for([row], NOON)
            for _ in range(TIMES)
        ),
    )

    statuses = Counter(one.outcomes[0].status for one in found if not isinstance(one, RuleError))
    assert statuses == {RowStatus.CREATED: 1, RowStatus.UNCHANGED: TIMES - 1}


async def test_no_link_remains_to_an_authority_that_ceases_to_coordinate(  # D18
    sample: SampleCountry,
) -> None:
    def set_flag(tx: Connection, *, flag: bool) -> None:
        seen = modules.current_values(tx, sample.manager)
        chosen = module_values(seen, {"PR"} if flag else ())
        change = ModuleEdit(sample.manager.id, chosen, seen, entries.chain_tip(tx)[0])
        modules.change_modules(tx, change, sample.karin, sample.rulebook, NOON)

    def link(tx: Connection) -> None:
        current = competences_of(tx, sample.health.id)
        linked = Competences({}, {"PR": frozenset({sample.manager.id})})
        request = CompetenceEdit(sample.health.id, linked, current)
        edit_competences(tx, request, sample.anna, sample.rulebook.catalogue, NOON)

    for _ in range(TIMES):
        await sample.write(lambda tx: set_flag(tx, flag=True))

        await at_once(sample.store, link, lambda tx: set_flag(tx, flag=False))

        linked = await sample.read(lambda tx: competences.coordinators_of(tx, sample.health.id))
        assert linked == {}


async def test_the_trail_is_one_chain_after_many_acts_at_once(sample: SampleCountry) -> None:  # D22
    await at_once(
        sample.store,
        *(
            lambda tx: (
                registration.register(
                    tx,
                    RegistrationRequest(sample.health.id, a_new_user(), COMMAND_LINE),
                    sample.rulebook,
                    NOON,
                ).id
            )
            for _ in range(20)
        ),
    )

    assert await sample.read(audit.first_broken_entry) is None
