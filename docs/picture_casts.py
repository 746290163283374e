"""The invented people in the documentation's pictures: an English cast and a Danish one."""
# ruff: noqa: INP001 - docs is no package

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from bot.demo.demo import Demo, DemoOptions, running_demo
from bot.demo.ireland import ADMINISTRATOR, AT, NEWCOMER, email_at_register
from bot.demo.sample_users import PASSWORD, WRONG_PASSWORDS
from core.authorities.rows import competences
from core.passwords import service as passwords
from core.passwords.hashing import Hasher
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.schema.authorities import authorities, authority_modules
from core.secret import Secret
from core.signin import service as signin
from core.users.rows import users
from sandbox import Member


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the pictures in one language; `administrator` and `newcomer` are Slack ids.

    `asker` requests a reset, `colleague` is edited and removed; both are full names.
    """

    language: str
    administrator: str
    newcomer: str
    newcomer_email: str
    newcomer_username: str
    phone: str
    asker: str
    colleague: str
    authority_email: str
    coordinator_email: str


ENGLISH = Cast(
    language="en",
    administrator=ADMINISTRATOR,
    newcomer=NEWCOMER,
    newcomer_email=email_at_register("Eoin Murphy"),
    newcomer_username="emurphy",
    phone="+353 1 234 5678",
    asker="Orla Fitzgerald",
    colleague="Conor Walsh",
    authority_email=f"office@{AT}",
    coordinator_email="imi@imi-ireland.example",
)
DANISH = Cast(
    language="da",
    administrator="U0ANNA",
    newcomer="U0JONAS",
    newcomer_email="jonas.oestergaard@sundhed.example",
    newcomer_username="joestergaard",
    phone="+45 71 11 22 33",
    asker="Mette Lund",
    colleague="Lars Friis",
    authority_email="post@sundhed.example",
    coordinator_email="imi@imi.example",
)
CASTS = (ENGLISH, DANISH)

# The Danish authority has one user at first; these become users before the pictures are taken.
DANISH_COLLEAGUES = {
    "U0METTE": ("Mette Lund", "mette.lund@sundhed.example"),
    "U0LARS": ("Lars Friis", "lars.friis@sundhed.example"),
    "U0SOEREN": ("Søren Krogh", "soeren.krogh@sundhed.example"),
    "U0BIRGIT": ("Birgit Dahl", "birgit.dahl@sundhed.example"),
    "U0IDA": ("Ida Møller", "ida.moeller@sundhed.example"),
}
BLOCKED, DEPARTED, NEVER_SIGNED_IN = "bdahl", "U0SOEREN", "imoeller"


@asynccontextmanager
async def demo_with(cast: Cast) -> AsyncIterator[Demo]:
    """Run the demo with this cast, with users in several states, until the block ends."""
    sample = cast is ENGLISH
    options = DemoOptions(0, 0, sample_users=sample, real_rate_limits=False)
    async with running_demo(options) as demo:
        if not sample:
            await _prepare_danish_authority(demo, cast)
        await demo.product.store.write(lambda tx: _fill_in_authority(tx, cast))
        yield demo


def _fill_in_authority(tx: Connection, cast: Cast) -> None:
    """Give the authority what its pictures show: its language, keywords, and a coordinator."""
    here = authorities.c.email == cast.authority_email
    number = tx.scalars(select(authorities.c.id).where(here)).one()
    languages = {"languages": [cast.language], "text_language": cast.language}
    tx.execute(update(authorities).where(here).values(languages))
    competences.write_keywords(tx, number, "", ["HEALTH_CARE", "SOCIAL_SERVICES"], [])
    competences.write_keywords(tx, number, "PQ", ["DOCTOR", "NURSE"], [])
    coordinator = select(authorities.c.id).where(authorities.c.email == cast.coordinator_email)
    module = authority_modules.c.authority_id.in_(coordinator), authority_modules.c.module == "PQ"
    tx.execute(update(authority_modules).where(*module).values(coordinator=True))
    competences.write_coordinators(tx, number, "PQ", tx.scalars(coordinator).all(), [])


async def _prepare_danish_authority(demo: Demo, cast: Cast) -> None:
    jonas = demo.slack.workspace.members[cast.newcomer]
    for member, (name, email) in DANISH_COLLEAGUES.items():
        demo.slack.workspace.members[member] = _colleague(jonas, member, name, email)
    for number, (member, (_, email)) in enumerate(DANISH_COLLEAGUES.items()):
        roles = ["PQ:BASIC", "PQ:REQ_HANDLER"] if number == 1 else ["PQ:BASIC"]
        await _register(demo, cast.administrator, member, email, roles)
    digest = Hasher().hash_of(Secret(PASSWORD))
    now = demo.slack.clock.now()
    await demo.product.store.write(lambda tx: _let_them_sign_in(tx, digest, now))
    await demo.slack.command("U0METTE", "/imi-reset")
    await demo.slack.submit("U0METTE")
    await demo.slack.update_member(DEPARTED, deleted=True)


def _colleague(like: Member, member: str, name: str, email: str) -> Member:
    short = email.split("@", 1)[0]
    return replace(like, id=member, name=short, real_name=name, email=email)


async def _register(demo: Demo, by: str, member: str, email: str, roles: list[str]) -> None:
    slack = demo.slack
    await slack.command(by, "/imi-adduser")
    await slack.fill(by, {"member": member})
    await slack.until(lambda: email in str(slack.view(by)))
    await slack.fill(by, {"roles_PQ": roles})
    for _step in ("Next", "Save"):
        answer = await slack.submit(by)
        if answer.errors:
            raise RuntimeError(answer.errors)
    await slack.close(by, clear=True)


def _let_them_sign_in(tx: Connection, digest: str, now: datetime) -> None:
    policy, before = Policy(), now - timedelta(days=30)
    for _name, email in DANISH_COLLEAGUES.values():
        user = users.find_by_email(tx, email)
        if user is None or user.username == NEVER_SIGNED_IN:
            continue
        passwords.give_temporary(tx, user.id, digest, policy, before)
        attempt = signin.begin(tx, user.username)
        signin.complete(tx, attempt, verified=True, policy=policy, now=before)
        choice = PasswordChoice(user.id, digest, attempt.password_id)
        passwords.choose(tx, choice, policy, before)
        if user.username == BLOCKED:
            for _ in range(WRONG_PASSWORDS):
                known = signin.begin(tx, user.username, {user.id})
                signin.complete(tx, known, verified=False, policy=policy, now=now)
