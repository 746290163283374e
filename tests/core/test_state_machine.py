"""Many administrators do many things in any order; the rules hold after each (issue: R12-R16)."""

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
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
from tests.core.state_machine import Left, World, is_administrator

RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))
ANY_ROLES = st.frozensets(
    st.sampled_from([RoleKey("", "ADMIN"), *RULEBOOK.catalogue.roles_in(["PQ", "PR", "SD"])[1:]]),
    max_size=4,
)
ANYBODY = st.integers(0, 30)


class Managing(RuleBasedStateMachine):
    """Registrations, role edits, removals, restores, resets, sign-ins, and time."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(RULEBOOK)
        self.forms = 0
        self.signed_in: set[int] = set()

    @initialize(roles=ANY_ROLES)
    def a_second_administrator(self, roles: frozenset[RoleKey]) -> None:
        del roles
        everywhere = frozenset({RoleKey("", "ADMIN")})
        self._acted(self.world.register(self.world.principal(0), everywhere, "first"))

    @rule(principal=ANYBODY, held=ANY_ROLES)
    def register(self, principal: int, held: frozenset[RoleKey]) -> None:
        self.forms += 1
        self._acted(self.world.register(self.world.principal(principal), held, str(self.forms)))

    @rule(principal=ANYBODY, of=ANYBODY, held=ANY_ROLES)
    def change_roles(self, principal: int, of: int, held: frozenset[RoleKey]) -> None:
        user, by = self._user(of), self.world.principal(principal)
        edit = RoleEdit(user.id, held, frozenset(user.roles))
        self._keeping_holders(
            lambda tx: roles.change(tx, edit, by, self.world.rulebook, self.world.now),
            most=0 if frozenset(user.roles) == held else 1,
        )

    @rule(principal=ANYBODY, give=ANYBODY, take=ANYBODY, role=ANY_ROLES)
    def change_holders(
        self, principal: int, give: int, take: int, role: frozenset[RoleKey]
    ) -> None:
        by = self.world.principal(principal)
        for key in sorted(role)[:1]:
            given, taken = frozenset({self._user(give).id}), frozenset({self._user(take).id})
            edit = HolderEdit(key, given - taken, taken - given)
            self._keeping_holders(
                lambda tx, edit=edit: roles.change_holders(  # type: ignore[misc]
                    tx, edit, by, self.world.rulebook, self.world.now
                ),
                most=2,
            )

    @rule(principal=ANYBODY, of=ANYBODY)
    def remove(self, principal: int, of: int) -> None:
        by, user = self.world.principal(principal), self._user(of)
        self._keeping_holders(
            lambda tx: removal.remove(tx, by, user.id, self.world.rulebook, self.world.now)
        )

    @rule(principal=ANYBODY, of=ANYBODY)
    def restore(self, principal: int, of: int) -> None:
        by, user = self.world.principal(principal), self._user(of)
        self._acted(
            self.world.act(
                lambda tx: removal.restore(tx, by, user.id, self.world.rulebook, self.world.now)
            )
        )

    @rule(principal=ANYBODY, of=ANYBODY)
    def reset(self, principal: int, of: int) -> None:
        by, user = self.world.principal(principal), self._user(of)
        left = self.world.act(lambda tx: resets.reset(tx, by, user.id, self.world.now))
        assert left.refusal is not None or by.user_id != user.id  # R67
        self._acted(left)

    @rule(of=ANYBODY)
    def ask_for_reset(self, of: int) -> None:
        user = self._user(of)
        left = self.world.act(
            lambda tx: resets.request_reset(
                tx, user.id, RequestSource.SLACK, self.world.rulebook.policy, self.world.now
            )
        )
        assert left.entries <= 1

    @rule(principal=ANYBODY, approve=st.booleans(), nth=ANYBODY)
    def decide(self, principal: int, approve: bool, nth: int) -> None:  # noqa: FBT001
        by = self.world.principal(principal)
        waiting = self.world.look(lambda tx: requests.open_requests(tx, by.authority_id))
        if waiting:
            request = waiting[nth % len(waiting)]
            decision = ResetDecision(request.id, approve, "because")
            left = self.world.act(
                lambda tx: resets.decide(
                    tx, by, decision, self.world.rulebook.policy, self.world.now
                )
            )
            assert left.refusal is not None or by.user_id != request.user_id  # R67
            self._acted(left)

    @rule(of=ANYBODY)
    def mail_arrives(self, of: int) -> None:
        self.world.mail_temporary(self._user(of).id)

    @rule(of=ANYBODY, right=st.booleans())
    def sign_in(self, of: int, right: bool) -> None:  # noqa: FBT001
        user = self._user(of)
        state = password_state(user.status, self.world.now)
        self.world.sign_in(user, right=right)
        if right and user.removed_at is None and state == PasswordState.VALID:
            assert self._again(user).last_signed_in_at == self.world.now
            self.signed_in.add(user.id)

    @rule(of=ANYBODY)
    def choose_password(self, of: int) -> None:
        user = self._user(of)
        left = self.world.choose(user)
        if left.refusal is None:
            self.signed_in.add(user.id)

    @precondition(lambda self: self.world.count_entries() > 5)
    @rule(hours=st.sampled_from([1, 24, 24 * 8, 24 * 200]))
    def time_passes(self, hours: int) -> None:
        now = self.world.pass_time(hours)
        self.world.look(lambda tx: resets.lapse_due(tx, self.world.rulebook.policy, now, 100))

    @invariant()
    def names_and_addresses_are_unique(self) -> None:  # R46, R53
        everybody = self.world.everybody()
        here = [user.email for user in everybody if user.removed_at is None]
        assert len({user.username for user in everybody}) == len(everybody)
        assert len(set(here)) == len(here)

    @invariant()
    def roles_are_of_the_authoritys_modules(self) -> None:  # D13
        for authority in self.world.authorities:
            possible = set(RULEBOOK.catalogue.roles_in(authority.modules))
            for user in self.world.everybody():
                if user.authority_id == authority.id and user.removed_at is None:
                    assert set(user.roles) <= possible

    @invariant()
    def somebody_administers_each_authority(self) -> None:  # D12
        administered = {u.authority_id for u in self.world.everybody() if is_administrator(u)}
        assert administered == {authority.id for authority in self.world.authorities}

    @invariant()
    def states_follow_from_what_happened(self) -> None:  # D1
        for user in self.world.everybody():
            active = account_state(user.status) == AccountState.ACTIVE
            assert active == (user.id in self.signed_in)

    @invariant()
    def nobody_reset_themself(self) -> None:  # R67
        table = audit_entries

        def own(tx: Connection) -> list[object]:
            mine = table.select().where(
                table.c.act == Act.PASSWORD_RESET, table.c.actor_id == table.c.user_id
            )
            return list(tx.execute(mine))

        assert self.world.look(own) == []

    @invariant()
    def who_waits_for_a_password_has_a_mail_on_its_way(self) -> None:  # R68
        for user in self.world.everybody():
            if user.removed_at is None and user.password_id is None:
                queued = self.world.look(lambda tx, u=user: deliveries.newest_about(tx, u.id))  # type: ignore[misc]
                assert "temporary_password" in {delivery.kind for delivery in queued}

    def _user(self, number: int) -> User:
        everybody = self.world.everybody()
        return everybody[number % len(everybody)]

    def _again(self, user: User) -> User:
        return next(one for one in self.world.everybody() if one.id == user.id)

    def _acted(self, left: Left, most: int = 1) -> None:
        """One act, one entry; a refused one leaves none (D22)."""
        assert left.entries == 0 if left.refusal else left.entries <= most, left

    def _keeping_holders(self, wish: Callable[[Connection], object], most: int = 1) -> None:
        """No act takes a role below its least number of holders (R62, D12)."""
        before = self.world.holders()
        self._acted(self.world.act(wish), most)
        after = self.world.holders()
        for (authority_id, key), number in before.items():
            least = RULEBOOK.catalogue.min_holders(key)
            assert after.get((authority_id, key), 0) >= min(number, least), key


TestManaging = Managing.TestCase
TestManaging.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
