"""Fills the database of a server process: the demo's country, and users who can sign in."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.database import load_catalogue, migrate_database, open_database, require_rulebook
from bot.demo.country import country_requests
from bot.settings.settings import Settings
from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.catalogue.load import shipped
from core.contacts import email_of
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.role_keys import RoleKey
from core.users.rules import NewUser, RegistrationRequest


async def register_people(settings: Settings, digest: str, people: int) -> None:
    """Register so many people (`person0`, `person1`, …) whose chosen password has this hash."""
    async with open_database(settings) as store:
        now = datetime.now(UTC)
        rulebook = await require_rulebook(store, settings)

        def register(tx: Connection, number: int) -> None:
            name = f"person{number}"
            new_user = NewUser(
                first_name="Ada",
                last_name=f"Holm{number}",
                language="en",
                email=email_of(f"ada.{number}@sundhed.example"),
                phone=None,
                roles=frozenset({RoleKey("PQ", "BASIC")}),
                username=name,
            )
            request = RegistrationRequest(1, new_user, COMMAND_LINE, in_bulk=True)
            user = registration.register(tx, request, rulebook, now)
            passwords.choose(tx, PasswordChoice(user.id, digest, None), rulebook.policy, now)

        def register_all(tx: Connection) -> None:
            for number in range(people):
                register(tx, number)

        await store.write(register_all)


async def register_country(settings: Settings) -> None:
    """Make the tables, and register the demo's country."""
    async with open_database(settings) as store:
        now = datetime.now(UTC)
        await migrate_database(store)
        await load_catalogue(store, shipped(), now)
        rulebook = await require_rulebook(store, settings)

        def new_user(tx: Connection) -> None:
            for request in country_requests():
                authority_registration.register_from_command_line(tx, request, rulebook, now)

        await store.write(new_user)
