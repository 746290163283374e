"""The system under test of `test_state_machine`: core on an SQLite database in memory."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, func, select

from core.accounts import registration
from core.authorities.rules import Authority
from core.errors import RuleError
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.schema.audit import audit_entries
from core.schema.roles import user_roles
from core.schema.users import not_removed
from core.schema.users import users as users_table
from core.signin import service as signin
from core.users.principals import Principal, principal_of
from core.users.rows import users
from core.users.rules import User
from tests.core.accounts.registering import form_of
from tests.core.memory_database import empty_database
from tests.factories import a_new_user, an_administrator, an_authority
from tests.times import NOON

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ActResult:
    """The result of an act: what it returned or how it was refused, and its audit entries."""

    returned: object
    refusal: RuleError | None
    entries: int


class System:
    """Two authorities, each with an administrator, and a clock."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.engine = empty_database()
        self.rulebook = rulebook
        self.now = NOON
        self.authorities = self.run(self._set_up)

    def _set_up(self, tx: Connection) -> list[Authority]:
        authorities = [an_authority(tx, team_channel=None) for _ in range(2)]
        for authority in authorities:
            an_administrator(tx, authority, self.rulebook)
        return authorities

    def run(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation in a transaction."""
        with self.engine.begin() as tx:
            return operation(tx)

    def act(self, operation: Callable[[Connection], object]) -> ActResult:
        """Run the operation as one act, and count the audit entries that it wrote."""
        before = self.count_entries()
        returned: object = None
        refusal: RuleError | None = None
        try:
            returned = self.run(operation)
        except RuleError as error:
            refusal = error
        return ActResult(returned, refusal, self.count_entries() - before)

    def count_entries(self) -> int:
        """Return how many audit entries there are."""
        return self.run(lambda tx: tx.scalar(select(func.count()).select_from(audit_entries)) or 0)

    def everybody(self) -> list[User]:
        """Return all users, removed ones too."""

        def read(tx: Connection) -> list[User]:
            ids = tx.scalars(select(users_table.c.id).order_by(users_table.c.id)).all()
            return [users.require(tx, user_id) for user_id in ids]

        return self.run(read)

    def holders(self) -> dict[tuple[int, RoleKey], int]:
        """Return how many users who are not removed hold each role in each authority."""
        held = select(
            users_table.c.authority_id, user_roles.c.module, user_roles.c.role, func.count()
        ).join(users_table, users_table.c.id == user_roles.c.user_id)
        held = held.where(not_removed).group_by(
            users_table.c.authority_id, user_roles.c.module, user_roles.c.role
        )
        found = self.run(lambda tx: tx.execute(held).all())
        return {(row[0], RoleKey(row[1], row[2])): row[3] for row in found}

    def principal(self, number: int) -> Principal:
        """Return one of all users as a principal, whatever their roles."""
        everybody = self.everybody()
        return principal_of(everybody[number % len(everybody)])

    def register(self, principal: Principal, roles: frozenset[RoleKey], key: str) -> ActResult:
        """Register a user who conflicts with no other."""
        new_user = replace(a_new_user(), roles=roles)

        def register(tx: Connection) -> User:
            form = form_of(new_user, key)
            return registration.register_by_administrator(
                tx, principal, form, self.rulebook, self.now
            ).user

        return self.act(register)

    def mail_temporary(self, user_id: int) -> ActResult:
        """Make a temporary password, as the delivery worker does when it sends the mail."""
        return self.act(
            lambda tx: passwords.give_temporary(
                tx, user_id, f"temporary{self.now}", self.rulebook.policy, self.now
            )
        )

    def sign_in(self, user: User, *, right: bool) -> ActResult:
        """Type a password at the portal."""

        def sign_in(tx: Connection) -> object:
            attempt = signin.begin(tx, user.username)
            verified = right and attempt.digest is not None
            policy = self.rulebook.policy
            return signin.complete(tx, attempt, verified=verified, policy=policy, now=self.now)

        return self.act(sign_in)

    def choose(self, user: User) -> ActResult:
        """Choose a password at the portal."""
        choice = PasswordChoice(user.id, f"own{self.now}", user.password_id)
        return self.act(lambda tx: passwords.choose(tx, choice, self.rulebook.policy, self.now))

    def pass_time(self, hours: int) -> datetime:
        """Move the clock."""
        self.now += timedelta(hours=hours)
        return self.now


def is_administrator(user: User) -> bool:
    """Return whether the user, not removed, administers their authority."""
    return user.removed_at is None and ADMINISTRATOR in user.roles
