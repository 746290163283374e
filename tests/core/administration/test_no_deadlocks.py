"""Tests that changes take their locks in one order, so that they do not deadlock on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from core.accounts import editing as user_editing
from core.accounts.editing import UserEdit
from core.administration import editing, managed_authorities
from core.administration.editing import AuthorityEdit
from core.audit import service as audit
from core.audit.rules import ANONYMOUS, Act
from core.authorities.details import details_of, field_versions
from core.authorities.rows import authorities
from core.catalogue_updates import service as catalogue_updates
from core.deliveries import notices
from core.deliveries.notices import Notice, NoticeType
from core.users.principals import Principal, principal_of
from core.users.rows import users
from core.users.rules import details_of as details_of_user
from tests import databases
from tests.factories import a_new_user, an_administrator, an_authority
from tests.locked_rows import count_runs
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.authorities.rules import Authority
    from core.rulebook import Rulebook
    from core.users.rules import User

pytestmark = pytest.mark.postgres
EACH_ONCE = 2
FEW_MODULES = """
[[authority_roles]]
code = "ADMIN"
name = { en = "Administrator" }
min_holders = 1
[[modules]]
code = "PQ"
name = { en = "Qualifications" }
"""


@dataclass(frozen=True, slots=True)
class Country:
    """An access manager, its administrator Karin, and an authority with its administrator Anna."""

    url: str
    manager: Authority
    karin: Principal
    health: Authority
    anna: User
    rulebook: Rulebook

    def record(self, tx: Connection) -> None:
        """Record an act about Anna, which takes the tip of the audit chain."""
        event = audit.event_about(
            ANONYMOUS, Act.PASSWORD_BLOCKED, authority_id=self.health.id, user_id=self.anna.id
        )
        audit.record(tx, event, NOON)

    def notify(self, tx: Connection) -> None:
        """Queue a message to Anna, whose row refers to her and to her authority."""
        notices.queue_notice(tx, Notice(NoticeType.BLOCKED, self.anna, None, 1, {}), NOON)


@pytest.fixture
def country(postgres_url: str, rulebook: Rulebook) -> Country:
    def set_up(tx: Connection) -> Country:
        databases.empty(tx)
        manager = an_authority(tx, access_manager=True)
        karin = an_administrator(tx, manager, rulebook)
        health = an_authority(tx, manager_id=manager.id)
        anna = users.require(tx, an_administrator(tx, health, rulebook).user_id)
        return Country(postgres_url, manager, karin, health, anna, rulebook)

    return databases.write_alone(postgres_url, set_up)


def test_a_new_official_name_waits_before_it_keeps_others_from_queueing(country: Country) -> None:
    def rename(tx: Connection) -> None:
        current = details_of(country.health)
        typed = replace(current, official_name="Sundhedsstyrelsen", languages="da")
        request = AuthorityEdit(
            country.health.id, typed, field_versions(current), substantial=False
        )
        editing.edit(tx, request, country.karin, NOON)

    assert count_runs(country.url, country.record, country.notify, rename) == EACH_ONCE


def test_a_new_username_waits_before_it_keeps_others_from_queueing(country: Country) -> None:
    def rename(tx: Connection) -> None:
        new = a_new_user(username="anna2", member=country.anna.member)
        request = UserEdit(country.anna.id, new, details_of_user(country.anna))
        user_editing.edit(tx, request, principal_of(country.anna), country.rulebook, NOON)

    assert count_runs(country.url, country.record, country.notify, rename) == EACH_ONCE


def test_the_users_of_an_authority_are_locked_before_its_removal_is_recorded(
    country: Country,
) -> None:  # D14
    def sign_in(tx: Connection) -> None:
        users.lock(tx, country.anna.id)

    def remove(tx: Connection) -> None:
        managed_authorities.remove(
            tx, country.karin, country.health.id, country.health.official_name, NOON
        )

    assert count_runs(country.url, sign_in, country.record, remove) == EACH_ONCE


def test_a_catalogue_locks_all_authorities_before_anything_is_recorded(country: Country) -> None:
    def edit(tx: Connection) -> None:
        authorities.lock_row(tx, country.health.id)

    def load(tx: Connection) -> None:
        catalogue_updates.load_new(tx, FEW_MODULES, NOON, withdraw=True)

    assert count_runs(country.url, edit, country.record, load) == EACH_ONCE


def test_two_authorities_are_locked_in_the_order_of_their_ids(country: Country) -> None:  # D15
    def first(tx: Connection) -> None:
        authorities.lock_row(tx, country.manager.id)

    def second(tx: Connection) -> None:
        authorities.lock_row(tx, country.health.id)

    def lock_both(tx: Connection) -> None:
        authorities.lock_all(tx, [country.health.id, country.manager.id])

    assert country.manager.id < country.health.id
    assert count_runs(country.url, first, second, lock_both) == EACH_ONCE
