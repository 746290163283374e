"""Adds to a refusal the names of those whom the refused person can ask."""

from core.accounts import help_requests
from core.administration.managed_authorities import title_of_manager
from core.errors import NotAccessManagerError, NotAdministratorError, NotAUserError, RuleError
from core.languages.names import full_name
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows.with_authority import MemberWithUser


async def name_whom_to_ask(
    store: Store,
    refusal: RuleError,
    principal: Principal | None,
    language: str,
    found: MemberWithUser | None = None,
) -> None:
    """Write the names into a refusal that sends the person to somebody; others stay.

    `principal` is the user who was refused, `found` the member, where they are known. The names are
    in the order of the language.
    """
    if isinstance(refusal, NotAdministratorError) and principal is not None:
        to_ask = await store.read(lambda tx: help_requests.whom_to_ask(tx, principal))
        refusal.askable = tuple(full_name(user, language) for user in to_ask)
    elif isinstance(refusal, NotAccessManagerError) and principal is not None:
        refusal.manager = await store.read(lambda tx: title_of_manager(tx, principal, language))
    elif isinstance(refusal, NotAUserError) and found is not None:
        member = found.member
        to_ask = await store.read(lambda tx: help_requests.whom_a_colleague_can_ask(tx, member))
        refusal.askable = tuple(full_name(user, language) for user in to_ask)
