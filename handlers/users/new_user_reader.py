"""What the form for a new user asks of core: its setting, its check, the wish in it."""

from dataclasses import replace

from sqlalchemy import Connection

from core.accounts import registration
from core.administration.title_tasks import in_language
from core.audit.rules import Actor
from core.authorities.rows import authorities
from core.errors import MemberTakenError
from core.members.rules import Member, MemberKey
from core.users import uniqueness
from core.users.member_links import owner_of
from core.users.principals import Principal, require_administrator
from core.users.registration_form import new_user_of
from core.users.rows import queries
from core.users.rules import Admission, NewUser
from handlers.dependencies import Dependencies
from handlers.principals import PrincipalResolver
from handlers.ui import person_fields
from handlers.ui.person_fields import UserDraft
from handlers.ui.role_checkboxes import RoleFormContext

# Stands in while the rest is checked; the real one is proposed from the checked name.
_ANY_USERNAME = "username"


class NewUserReader:
    """Reads drafts of new users by the rules, for whoever asks."""

    def __init__(self, dependencies: Dependencies, principals: PrincipalResolver) -> None:
        self._dependencies = dependencies
        self._store = dependencies.store
        self._principals = principals

    async def setting(self, principal: Principal) -> RoleFormContext:
        """Return what the form is about.

        Raises:
            NotAdministratorError: the asker administers nothing (R38).
        """

        def load_form_context(tx: Connection) -> RoleFormContext:
            require_administrator(tx, principal)
            return RoleFormContext(
                in_language(
                    tx, authorities.require(tx, principal.authority_id), principal.language
                ),
                self._dependencies.rulebook.catalogue,
                queries.count_administrators(tx, principal.authority_id),
                self._dependencies.rulebook.policy.administrators_wanted,
            )

        return await self._store.read(load_form_context)

    async def picked(self, draft: UserDraft) -> Member | None:
        """Return the picked member; None where none is picked.

        Raises:
            MemberRefusedError: they cannot be a user (D21).
        """
        if not draft.member:
            return None
        return await self._principals.colleague(self._key(draft), person_fields.MEMBER)

    async def profile(self, draft: UserDraft) -> Member | None:
        """Return the same, of whom the form is filled in.

        Raises:
            MemberRefusedError: as above.
            MemberTakenError: they are a user already; what Slack says of them stays there.
        """
        member = await self.picked(draft)
        if member is None:
            return None
        if await self._store.read(lambda tx: owner_of(tx, member.key)) is not None:
            raise MemberTakenError
        return member

    async def proposed(self, draft: UserDraft, principal: Principal) -> str:
        """Check all but the username, and return the one to show: proposed, or chosen before.

        Raises:
            FormError: what is wrong, each at its field.
            MemberRefusedError, NotAdministratorError: as above.
        """
        await self.picked(draft)

        def propose(tx: Connection) -> str:
            require_administrator(tx, principal)
            wish = self._read(tx, replace(draft, username=_ANY_USERNAME), principal)
            policy = self._dependencies.rulebook.policy
            proposed = uniqueness.propose_username(
                tx, wish.first_name, wish.last_name, wish.email.text, policy
            )
            actor = Actor.user(principal.user_id)
            admission = Admission(principal.authority_id, replace(wish, username=proposed), actor)
            registration.require_free(tx, admission, self._dependencies.rulebook)
            return draft.chosen or proposed

        return await self._store.read(propose)

    def wish_in(self, tx: Connection, draft: UserDraft, principal: Principal) -> NewUser:
        """Return the wish for this user, inside `Askers.act`.

        Raises:
            NotAdministratorError: the asker administers nothing, or does no longer (R38).
            FormError: what is wrong, each at its field.
            MemberRefusedError: the picked member cannot be a user any more.
        """
        require_administrator(tx, principal)
        if draft.member:
            self._principals.known_colleague(tx, self._key(draft), person_fields.MEMBER)
        return self._read(tx, draft, principal)

    def _read(self, tx: Connection, draft: UserDraft, principal: Principal) -> NewUser:
        country = authorities.require(tx, principal.authority_id).country
        typed = draft.typed(self._dependencies.team_id)
        return new_user_of(typed, country=country, policy=self._dependencies.rulebook.policy)

    def _key(self, draft: UserDraft) -> MemberKey:
        return MemberKey(self._dependencies.team_id, draft.member)
