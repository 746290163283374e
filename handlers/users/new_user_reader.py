"""Reads the form for a new user, and checks its values with the rules in `core`."""

from dataclasses import replace

from sqlalchemy import Connection

from core.accounts import registration
from core.administration.title_tasks import with_translated_title
from core.authorities.rows import authorities
from core.errors import NotAdministratorError
from core.members.rules import Member, MemberKey
from core.users import uniqueness
from core.users.mail_exposure import authority_texts
from core.users.principals import Principal, require_administrator
from core.users.registration_form import new_user_of
from core.users.rows import queries
from core.users.rules import UserForm
from core.users.uniqueness import Candidate
from handlers.dependencies import Dependencies
from handlers.principals import PrincipalResolver
from handlers.ui import person_fields
from handlers.ui.person_fields import UserDraft
from handlers.ui.role_checkboxes import RoleFormContext

# A placeholder while the other fields are checked; the proposal needs the checked name.
_ANY_USERNAME = "username"


class NewUserReader:
    """Reads drafts of new users and checks them for a principal."""

    def __init__(self, dependencies: Dependencies, principals: PrincipalResolver) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._store = dependencies.store
        self._principals = principals

    async def form_context(self, principal: Principal) -> RoleFormContext:
        """Return the authority and catalogue with which the form is drawn.

        Raises:
            NotAdministratorError: the principal is not an administrator (R38).
        """

        def load_form_context(tx: Connection) -> RoleFormContext:
            require_administrator(tx, principal)
            return RoleFormContext(
                with_translated_title(
                    tx, authorities.require(tx, principal.authority_id), principal.language
                ),
                self._rulebook.catalogue,
                len(queries.acting_administrators_of(tx, principal.authority_id)),
                self._rulebook.policy.administrators_wanted,
            )

        return await self._store.read(load_form_context)

    async def picked_member(self, draft: UserDraft) -> Member | None:
        """Return the picked member; None if none is picked.

        Raises:
            MemberRefusedError: they cannot be a user (D21).
        """
        if not draft.member:
            return None
        return await self._principals.colleague(self._member_key(draft), person_fields.MEMBER)

    async def proposed_username(self, draft: UserDraft, principal: Principal) -> str:
        """Check everything but the username, and return the typed username or a proposed one.

        Raises:
            FormError: all errors, each at its field.
            MemberRefusedError: the picked member cannot be a user (D21).
            NotAdministratorError: the principal is not an administrator (R38).
        """
        await self.picked_member(draft)

        def propose(tx: Connection) -> str:
            require_administrator(tx, principal)
            authority = authorities.require(tx, principal.authority_id)
            policy = self._rulebook.policy
            new_user = new_user_of(
                self.typed(replace(draft, username=_ANY_USERNAME)),
                country=authority.country,
                policy=policy,
            )
            exposure = Candidate(new_user, shown=authority_texts(authority)).exposure
            proposed_username = uniqueness.propose_username(
                tx, new_user.first_name, new_user.last_name, exposure, policy
            )
            registrable = replace(new_user, username=proposed_username)
            registration.require_registrable(tx, authority, registrable, self._rulebook)
            return draft.chosen or proposed_username

        return await self._store.read(propose)

    def form_in(self, tx: Connection, draft: UserDraft, principal: Principal) -> UserForm:
        """Return the draft as a form, inside `PrincipalResolver.serve_in_transaction`.

        Raises:
            NotAdministratorError: the principal is not an administrator (R38).
            MemberRefusedError: the picked member cannot be a user any more.
        """
        if not principal.administrator:
            raise NotAdministratorError("Only an administrator may do this.")
        if draft.member:
            self._principals.known_colleague(tx, self._member_key(draft), person_fields.MEMBER)
        return self.typed(draft)

    def typed(self, draft: UserDraft) -> UserForm:
        """Return the texts of the draft."""
        return draft.as_form(self._dependencies.team_id)

    def _member_key(self, draft: UserDraft) -> MemberKey:
        return MemberKey(self._dependencies.team_id, draft.member)
