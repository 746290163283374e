"""Tests that the rules hold after any sequence of administrators' actions (R12-R16)."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection

from core.accounts import removal
from core.audit.rules import Act
from core.catalogue.load import load, shipped
from core.deliveries.rows import deliveries
from core.policy import Policy
from core.resets import rows as requests
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.resets.service import ResetDecision
from core.role_keys import RoleKey
from core.roles import service as roles
from core.roles.service import HolderEdit, RoleEdit
from core.rulebook import Rulebook
from core.schema.audit import audit_entries
from core.users.rules import User
from core.users.status import AccountState, PasswordState, account_state, password_state
from tests.core.state_machine import ActResult, System, is_administrator

RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))
ANY_ROLES = st.frozensets(
    st.sampled_from([RoleKey("", "ADMIN"), *RULEBOOK.catalogue.roles_in(["PQ", "PR", "SD"])[1:]]),
    max_size=4,
)
ANYBODY = st.integers(0, 30)


class AdministrationMachine(RuleBasedStateMachine):
    """Registrations, role edits, removals, restores, resets, sign-ins, and time."""

    def __init__(self) -> None:
        super().__init__()
        self.system = System(RULEBOOK)
        self.forms = 0
        self.signed_in: set[int] = set()

    @initialize(roles=ANY_ROLES)
    def a_second_administrator(self, roles: frozenset[RoleKey]) -> None:
        del roles
        everywhere = frozenset({RoleKey("", "ADMIN")})
        self._check_entries(self.system.register(self.system.principal(0), everywhere, "first"))

    @rule(principal=ANYBODY, held=ANY_ROLES)
    def register(self, principal: int, held: frozenset[RoleKey]) -> None:
        self.forms += 1
        self._check_entries(
            self.system.register(self.system.principal(principal), held, str(self.forms))
        )

    @rule(principal=ANYBODY, of=ANYBODY, held=ANY_ROLES)
    def change_roles(self, principal: int, of: int, held: frozenset[RoleKey]) -> None:
        user, by = self._user(of), self.system.principal(principal)
        edit = RoleEdit(user.id, held, frozenset(user.roles))
        self._act_and_check_holders(
            lambda tx: roles.change(tx, edit, by, self.system.rulebook, self.system.now),
            most=0 if frozenset(user.roles) == held else 1,
        )

    @rule(principal=ANYBODY, give=ANYBODY, take=ANYBODY, role=ANY_ROLES)
    def change_holders(
        self, principal: int, give: int, take: int, role: frozenset[RoleKey]
    ) -> None:
        by = self.system.principal(principal)
        for key in sorted(role)[:1]:
            granted, revoked = frozenset({self._user(give).id}), frozenset({self._user(take).id})
            edit = HolderEdit(key, granted - revoked, revoked - granted)
            self._act_and_check_holders(
                lambda tx, edit=edit: roles.change_holders(  # type: ignore[misc]
                    tx, edit, by, self.system.rulebook, self.system.now
                ),
                most=2,
            )

    @rule(principal=ANYBODY, of=ANYBODY)
    def remove(self, principal: int, of: int) -> None:
        by, user = self.system.principal(principal), self._user(of)
        self._act_and_check_holders(
            lambda tx: removal.remove(tx, by, user.id, self.system.rulebook, self.system.now)
        )

    @rule(principal=ANYBODY, of=ANYBODY)
    def restore(self, principal: int, of: int) -> None:
        by, user = self.system.principal(principal), self._user(of)
        self._check_entries(
            self.system.act(
                lambda tx: removal.restore(tx, by, user.id, self.system.rulebook, self.system.now)
            )
        )

    @rule(principal=ANYBODY, of=ANYBODY)
    def reset(self, principal: int, of: int) -> None:
        by, user = self.system.principal(principal), self._user(of)
        result = self.system.act(lambda tx: resets.reset(tx, by, user.id, self.system.now))
        assert result.refusal is not None or by.user_id != user.id  # R67
        self._check_entries(result)

    @rule(of=ANYBODY)
    def ask_for_reset(self, of: int) -> None:
        user = self._user(of)
        result = self.system.act(
            lambda tx: resets.request_reset(
                tx, user.id, RequestSource.SLACK, self.system.rulebook.policy, self.system.now
            )
        )
        assert result.entries <= 1

    @rule(principal=ANYBODY, approve=st.booleans(), nth=ANYBODY)
    def decide(self, principal: int, approve: bool, nth: int) -> None:  # noqa: FBT001
        by = self.system.principal(principal)
        waiting = self.system.run(lambda tx: requests.decidable_requests(tx, 0, by.authority_id))
        if waiting:
            request = waiting[nth % len(waiting)]
            decision = ResetDecision(request.id, approve, "because")
            result = self.system.act(
                lambda tx: resets.decide(
                    tx, by, decision, self.system.rulebook.policy, self.system.now
                )
            )
            assert result.refusal is not None or by.user_id != request.user_id  # R67
            self._check_entries(result)

    @rule(of=ANYBODY)
    def send_temporary_password(self, of: int) -> None:
        self.system.mail_temporary(self._user(of).id)

    @rule(of=ANYBODY, right=st.booleans())
    def sign_in(self, of: int, right: bool) -> None:  # noqa: FBT001
        user = self._user(of)
        state = password_state(user.status, self.system.now)
        self.system.sign_in(user, right=right)
        expired = state == PasswordState.EXPIRED and not user.status.temporary
        accepted = expired or state in {PasswordState.VALID, PasswordState.TEMPORARY}
        if right and user.removed_at is None and user.password_id and accepted:
            assert self._reloaded(user).last_signed_in_at == self.system.now
            self.signed_in.add(user.id)

    @rule(of=ANYBODY)
    def choose_password(self, of: int) -> None:
        user = self._user(of)
        result = self.system.choose(user)
        if result.refusal is None:
            self.signed_in.add(user.id)

    @precondition(lambda self: self.system.count_entries() > 5)
    @rule(hours=st.sampled_from([1, 24, 24 * 8, 24 * 200]))
    def pass_time(self, hours: int) -> None:
        now = self.system.pass_time(hours)
        self.system.run(lambda tx: resets.expire_due(tx, self.system.rulebook.policy, now, 100))

    @invariant()
    def names_and_addresses_are_unique(self) -> None:  # R46, R53
        everybody = self.system.everybody()
        here = [user.email for user in everybody if user.removed_at is None]
        assert len({user.username for user in everybody}) == len(everybody)
        assert len(set(here)) == len(here)

    @invariant()
    def roles_are_of_the_authoritys_modules(self) -> None:  # D13
        for authority in self.system.authorities:
            possible = set(RULEBOOK.catalogue.roles_in(authority.modules))
            for user in self.system.everybody():
                if user.authority_id == authority.id and user.removed_at is None:
                    assert set(user.roles) <= possible

    @invariant()
    def somebody_administers_each_authority(self) -> None:  # D12
        administered = {u.authority_id for u in self.system.everybody() if is_administrator(u)}
        assert administered == {authority.id for authority in self.system.authorities}

    @invariant()
    def account_states_follow_from_sign_ins(self) -> None:  # D1
        for user in self.system.everybody():
            active = account_state(user.status) == AccountState.ACTIVE
            assert active == (user.id in self.signed_in)

    @invariant()
    def nobody_reset_their_own_password(self) -> None:  # R67
        table = audit_entries

        def own(tx: Connection) -> list[object]:
            mine = table.select().where(
                table.c.act == Act.PASSWORD_RESET, table.c.actor_id == table.c.user_id
            )
            return list(tx.execute(mine))

        assert self.system.run(own) == []

    @invariant()
    def a_user_without_a_password_has_a_queued_mail(self) -> None:  # R68
        for user in self.system.everybody():
            if user.removed_at is None and user.password_id is None:
                queued = self.system.run(lambda tx, u=user: deliveries.newest_about(tx, u.id))  # type: ignore[misc]
                assert "temporary_password" in {delivery.kind for delivery in queued}

    def _user(self, number: int) -> User:
        everybody = self.system.everybody()
        return everybody[number % len(everybody)]

    def _reloaded(self, user: User) -> User:
        return next(one for one in self.system.everybody() if one.id == user.id)

    def _check_entries(self, result: ActResult, most: int = 1) -> None:
        """One act writes one entry; a refused act writes none (D22)."""
        assert result.entries == 0 if result.refusal else result.entries <= most, result

    def _act_and_check_holders(
        self, operation: Callable[[Connection], object], most: int = 1
    ) -> None:
        """No act leaves a role with fewer than its least number of holders (R62, D12)."""
        before = self.system.holders()
        self._check_entries(self.system.act(operation), most)
        after = self.system.holders()
        for (authority_id, key), number in before.items():
            least = RULEBOOK.catalogue.min_holders(key)
            assert after.get((authority_id, key), 0) >= min(number, least), key


TestAdministration = AdministrationMachine.TestCase
TestAdministration.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)


@pytest.mark.sweep
def test_the_rules_hold_after_many_long_sequences_of_actions() -> None:  # R12-R16
    at_length = settings(max_examples=40, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(AdministrationMachine, settings=at_length)
