"""What the form for a new user asks of core: its setting, its check, the wish in it."""

from dataclasses import replace

from sqlalchemy import Connection

from core.accounts import registration
from core.administration.title_tasks import in_language
from core.authorities.rows import authorities
from core.errors import MemberTakenError
from core.members.rules import Member, MemberKey
from core.users import uniqueness
from core.users.member_links import find_owner
from core.users.principals import Principal, require_administrator
from core.users.registration_form import new_user_of
from core.users.rows import queries
from core.users.rules import NewUser
from handlers.asker import PrincipalResolver
from handlers.parts import Dependencies
from handlers.users import fields
from handlers.users.fields import Draft
from handlers.users.views import Setting

# Stands in while the rest is checked; the real one is proposed from the checked name.
_ANY_USERNAME = "username"


class Wishes:
    """Reads drafts of new users by the rules, for whoever asks."""

    def __init__(self, parts: Dependencies, principals: PrincipalResolver) -> None:
        self._parts = parts
        self._askers = principals

    async def setting(self, principal: Principal) -> Setting:
        """Return what the form is about.

        Raises:
            NotAdministratorError: the asker administers nothing (R38).
        """

        def look(tx: Connection) -> Setting:
            require_administrator(tx, principal)
            return Setting(
                in_language(
                    tx, authorities.require(tx, principal.authority_id), principal.language
                ),
                self._parts.rulebook.catalogue,
                queries.count_administrators(tx, principal.authority_id),
                self._parts.rulebook.policy.administrators_wanted,
            )

        return await self._parts.store.read(look)

    async def picked(self, draft: Draft) -> Member | None:
        """Return the picked member; None where none is picked.

        Raises:
            MemberRefusedError: they cannot be a user (D21).
        """
        if not draft.member:
            return None
        return await self._askers.colleague(self._key(draft), fields.MEMBER)

    async def profile(self, draft: Draft) -> Member | None:
        """Return the same, of whom the form is filled in.

        Raises:
            MemberRefusedError: as above.
            MemberTakenError: they are a user already; what Slack says of them stays there.
        """
        member = await self.picked(draft)
        if member is None:
            return None
        if await self._parts.store.read(lambda tx: find_owner(tx, member.key)) is not None:
            raise MemberTakenError
        return member

    async def proposed(self, draft: Draft, principal: Principal) -> str:
        """Check all but the username, and return the one to show: proposed, or chosen before.

        Raises:
            FormError: what is wrong, each at its field.
            MemberRefusedError, NotAdministratorError: as above.
        """
        await self.picked(draft)

        def look(tx: Connection) -> str:
            require_administrator(tx, principal)
            wish = self._read(tx, replace(draft, username=_ANY_USERNAME), principal)
            policy = self._parts.rulebook.policy
            proposed = uniqueness.propose_username(
                tx, wish.first_name, wish.last_name, wish.email.text, policy
            )
            registration.require_registrable(
                tx, principal.authority_id, replace(wish, username=proposed), self._parts.rulebook
            )
            return draft.chosen or proposed

        return await self._parts.store.read(look)

    def wish_in(self, tx: Connection, draft: Draft, principal: Principal) -> NewUser:
        """Return the wish for this user, inside `Askers.act`.

        Raises:
            NotAdministratorError: the asker administers nothing, or does no longer (R38).
            FormError: what is wrong, each at its field.
            MemberRefusedError: the picked member cannot be a user any more.
        """
        require_administrator(tx, principal)
        if draft.member:
            self._askers.seen_colleague(tx, self._key(draft), fields.MEMBER)
        return self._read(tx, draft, principal)

    def _read(self, tx: Connection, draft: Draft, principal: Principal) -> NewUser:
        country = authorities.require(tx, principal.authority_id).country
        typed = draft.typed(self._parts.team_id)
        return new_user_of(typed, country=country, policy=self._parts.rulebook.policy)

    def _key(self, draft: Draft) -> MemberKey:
        return MemberKey(self._parts.team_id, draft.member)
