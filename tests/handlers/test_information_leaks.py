"""Tests that refusals and answers do not depend on data of other authorities (R46, R53).

An administrator can find out that an address or a username is taken in IMI, because both are
unique across it (D8, D9). They never learn whose it is, or in which authority.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from core.authorities.rows import authorities
from core.contacts import email_of
from core.errors import EmailTakenError, MemberTakenError, UsernameTakenError
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.schema.users import users
from handlers.refusal_texts import refusal_text
from tests.factories import a_user
from tests.handlers.forged_requests import suggestions
from tests.handlers.signed_requests import send_interaction
from tests.handlers.two_authorities import ALMA, OSCAR, OTHERS, OUR_DOMAIN, ZBIGNIEWKA

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from tests.handlers.two_authorities_demo import IsolationDemo

THEIRS, OURS = "theirs", "ours"
USERNAMES = {OURS: "dora.ours", THEIRS: OTHERS[1][2]}
ADDRESSES = {OURS: f"dora@{OUR_DOMAIN}", THEIRS: OTHERS[1][3]}
MEMBERS = {OURS: OSCAR, THEIRS: ZBIGNIEWKA}
NEW = {"first_name": "Ny", "last_name": "Ven", "email": f"ny@{OUR_DOMAIN}", "language": "en"}
TAKEN = refusal_text(UsernameTakenError("nven"), "en")
BY_WORDS = [OTHERS[0][0], OTHERS[1][2], OTHERS[1][3], f"<@{ZBIGNIEWKA}>", f"edit {OTHERS[1][2]}"]
SAME = pytest.mark.parametrize("whose", [OURS, THEIRS])


@SAME
async def test_a_taken_address_is_refused_identically_regardless_of_its_holder(
    isolation: IsolationDemo, whose: str
) -> None:  # R46, D9
    await isolation.demo.slack.command(ALMA, "/imi-adduser")
    await isolation.demo.slack.fill(ALMA, {**NEW, "email": ADDRESSES[whose].upper()})

    await isolation.demo.slack.submit(ALMA)

    assert isolation.errors == {"email": refusal_text(EmailTakenError(), "en")}


@SAME
async def test_a_taken_username_is_refused_identically_regardless_of_its_holder(
    isolation: IsolationDemo, whose: str
) -> None:  # R53, D8
    await isolation.demo.slack.command(ALMA, "/imi-adduser")
    await isolation.demo.slack.fill(ALMA, NEW)
    await isolation.demo.slack.submit(ALMA)
    await isolation.demo.slack.fill(ALMA, {"username": USERNAMES[whose]})

    await isolation.demo.slack.submit(ALMA)

    assert isolation.errors == {"username": TAKEN}


@SAME
async def test_a_taken_slack_member_is_refused_identically_regardless_of_its_holder(
    isolation: IsolationDemo, whose: str
) -> None:  # D21
    await isolation.demo.slack.command(ALMA, "/imi-adduser")
    await isolation.demo.slack.fill(ALMA, {"member": MEMBERS[whose]})
    await isolation.demo.slack.until(lambda: len(isolation.demo.slack.views(ALMA)) == 2)
    assert refusal_text(MemberTakenError(), "en") in str(isolation.demo.slack.view(ALMA))
    await isolation.demo.slack.close(ALMA)
    await isolation.demo.slack.fill(ALMA, NEW)

    await isolation.demo.slack.submit(ALMA)

    assert isolation.errors == {"member": refusal_text(MemberTakenError(), "en")}


@SAME
async def test_an_edit_is_refused_identically_regardless_of_the_holder(
    isolation: IsolationDemo, whose: str
) -> None:  # R46, R53
    await isolation.demo.slack.command(ALMA, "/imi-users", "edit oscar")
    typed = {"email": ADDRESSES[whose], "username": USERNAMES[whose]}
    await isolation.demo.slack.fill(ALMA, typed)

    await isolation.demo.slack.submit(ALMA)

    taken = refusal_text(UsernameTakenError("oours"), "en")
    assert isolation.errors == {"email": refusal_text(EmailTakenError(), "en"), "username": taken}


@SAME
async def test_a_row_of_a_file_is_refused_identically_regardless_of_the_holder(
    isolation: IsolationDemo, whose: str
) -> None:  # R53
    header = "first_name;last_name;language;email;phone;username;roles"
    row = f"Ny;Ven;en;ny@{OUR_DOMAIN};;{USERNAMES[whose]};"
    file = isolation.demo.slack.choose_file(ALMA, "users.csv", f"{header}\n{row}".encode())
    await isolation.demo.slack.command(ALMA, "/imi-import")
    await isolation.demo.slack.fill(ALMA, {"file": [file]})

    await isolation.demo.slack.submit(ALMA)

    await isolation.demo.slack.until(
        lambda: "import_as_file" in str(isolation.demo.slack.view(ALMA))
    )
    assert f"Ny Ven: Username: {TAKEN}" in str(isolation.demo.slack.view(ALMA))


@SAME
async def test_a_restore_is_refused_identically_regardless_of_the_holder(
    isolation: IsolationDemo, whose: str
) -> None:  # D9, D14
    await isolation.change(OSCAR, removed_at=isolation.demo.slack.clock.now())
    address = email_of(ADDRESSES[whose])
    await isolation.change(OSCAR, email=address.text, email_key=address.key)
    await isolation.demo.slack.command(ALMA, "/imi-removeuser", "restore")

    await isolation.demo.slack.click(ALMA, "restore_user")

    text = refusal_text(EmailTakenError(), "en")
    await isolation.demo.slack.until(lambda: text in str(isolation.demo.slack.view(ALMA)))


@SAME
async def test_a_proposed_username_gets_a_number_regardless_of_the_holder(  # R51, D8
    isolation: IsolationDemo, whose: str
) -> None:
    member = {OURS: OSCAR, THEIRS: ZBIGNIEWKA}[whose]
    await isolation.change(member, username="nven")
    await isolation.demo.slack.command(ALMA, "/imi-adduser")
    await isolation.demo.slack.fill(ALMA, NEW)

    await isolation.demo.slack.submit(ALMA)

    assert '"initial_value": "nven2"' in json.dumps(isolation.demo.slack.view(ALMA))


async def everything_alma_sees(isolation: IsolationDemo, rulebook: Rulebook) -> list[str]:
    """Return everything that Alma sees when she opens and searches everything."""
    slack, seen = isolation.demo.slack, []
    for command in ("users", "roles", "removeuser", "reset", "audit", "authority", "me"):
        for text in ["", *BY_WORDS]:
            shown_text = len(slack.messages(ALMA))
            slack.workspace.views.clear(ALMA)
            await slack.command(ALMA, f"/imi-{command}", text)
            answers = [one.text for one in slack.messages(ALMA)[shown_text:]]
            seen.append(f"{command} {text}: {_stable_parts(slack.view(ALMA))} {answers}")
    typed = ("", "e", OTHERS[0][0])
    asked = (suggestions(rulebook, ALMA, isolation.both.their_numbers[1], text) for text in typed)
    seen += [str(await send_interaction(isolation.demo, payload)) for payload in chain(*asked)]
    await slack.open_home(ALMA)
    return [*seen, _stable_parts(slack.home(ALMA))]


def _stable_parts(view: dict[str, Any] | None) -> str:
    """Return the view without the parts that Slack generates."""
    kept = {"blocks", "title", "private_metadata"}
    return str({name: value for name, value in (view or {}).items() if name in kept})


def change_other_users(tx: Connection, theirs: int, rulebook: Rulebook, now: datetime) -> None:
    """Give the other users other names, add many more, and add open requests."""
    authority = authorities.require(tx, theirs)
    here = select(users.c.id).where(users.c.authority_id == theirs, users.c.removed_at.is_(None))
    for user_id in tx.scalars(here).all():
        values = {"username": f"nobody{user_id}", "search_key": "nobody", "team_id": None}
        of_user = users.c.id == user_id
        tx.execute(update(users).where(of_user).values(**values, member_id=None))
    for _ in range(30):
        newcomer = a_user(tx, authority, rulebook, in_bulk=True)
        resets.request_reset(tx, newcomer.id, RequestSource.PORTAL, rulebook.policy, now)


async def test_answers_do_not_depend_on_users_of_other_authorities(  # R5, R57
    isolation: IsolationDemo, rulebook: Rulebook
) -> None:
    store, now = isolation.demo.product.store, isolation.demo.slack.clock.now()
    before = await everything_alma_sees(isolation, rulebook)

    await store.write(lambda tx: change_other_users(tx, isolation.both.theirs, rulebook, now))

    assert await everything_alma_sees(isolation, rulebook) == before
