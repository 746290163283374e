"""What somebody else has is refused alike whoever has it, and changes no other answer (R46, R53).

That an address or a username is taken in IMI can be tried: both are unique across it (D8, D9), so
that much cannot be kept from an administrator. Whose it is and where, they are never told.
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
from handlers.replies import words
from tests.factories import a_user
from tests.handlers.forging import suggestions
from tests.handlers.neighbours import ALMA, OSCAR, OTHERS, OUR_DOMAIN, ZBIGNIEWKA
from tests.handlers.sending import answer_to

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from tests.handlers.neighbours_place import Place

THEIRS, OURS = "theirs", "ours"
USERNAMES = {OURS: "dora.ours", THEIRS: OTHERS[1][2]}
ADDRESSES = {OURS: f"dora@{OUR_DOMAIN}", THEIRS: OTHERS[1][3]}
MEMBERS = {OURS: OSCAR, THEIRS: ZBIGNIEWKA}
NEW = {"first_name": "Ny", "last_name": "Ven", "email": f"ny@{OUR_DOMAIN}", "language": "en"}
TAKEN = words(UsernameTakenError("nven"), "en")
BY_WORDS = [OTHERS[0][0], OTHERS[1][2], OTHERS[1][3], f"<@{ZBIGNIEWKA}>", f"edit {OTHERS[1][2]}"]
SAME = pytest.mark.parametrize("whose", [OURS, THEIRS])


@SAME
async def test_a_taken_address_is_refused_alike(place: Place, whose: str) -> None:  # R46, D9
    await place.demo.slack.command(ALMA, "/imi-adduser")
    await place.demo.slack.fill(ALMA, {**NEW, "email": ADDRESSES[whose].upper()})

    await place.demo.slack.submit(ALMA)

    assert place.errors == {"email": words(EmailTakenError(), "en")}


@SAME
async def test_a_taken_username_is_refused_alike(place: Place, whose: str) -> None:  # R53, D8
    await place.demo.slack.command(ALMA, "/imi-adduser")
    await place.demo.slack.fill(ALMA, NEW)
    await place.demo.slack.submit(ALMA)
    await place.demo.slack.fill(ALMA, {"username": USERNAMES[whose]})

    await place.demo.slack.submit(ALMA)

    assert place.errors == {"username": TAKEN}


@SAME
async def test_a_taken_slack_member_is_refused_alike(place: Place, whose: str) -> None:  # D21
    await place.demo.slack.command(ALMA, "/imi-adduser")
    await place.demo.slack.fill(ALMA, {"member": MEMBERS[whose]})
    await place.demo.slack.until(lambda: len(place.demo.slack.views(ALMA)) == 2)
    assert words(MemberTakenError(), "en") in str(place.demo.slack.view(ALMA))
    await place.demo.slack.close(ALMA)
    await place.demo.slack.fill(ALMA, NEW)

    await place.demo.slack.submit(ALMA)

    assert place.errors == {"member": words(MemberTakenError(), "en")}


@SAME
async def test_an_edit_is_refused_alike(place: Place, whose: str) -> None:  # R46, R53
    await place.demo.slack.command(ALMA, "/imi-users", "edit oscar")
    typed = {"email": ADDRESSES[whose], "username": USERNAMES[whose]}
    await place.demo.slack.fill(ALMA, typed)

    await place.demo.slack.submit(ALMA)

    taken = words(UsernameTakenError("oours"), "en")
    assert place.errors == {"email": words(EmailTakenError(), "en"), "username": taken}


@SAME
async def test_a_row_of_a_file_is_refused_alike(place: Place, whose: str) -> None:  # R53
    header = "first_name;last_name;language;email;phone;username;roles"
    row = f"Ny;Ven;en;ny@{OUR_DOMAIN};;{USERNAMES[whose]};"
    file = place.demo.slack.choose_file(ALMA, "users.csv", f"{header}\n{row}".encode())
    await place.demo.slack.command(ALMA, "/imi-import")
    await place.demo.slack.fill(ALMA, {"file": [file]})

    await place.demo.slack.submit(ALMA)

    await place.demo.slack.until(lambda: "import_as_file" in str(place.demo.slack.view(ALMA)))
    assert f"Ny Ven: {TAKEN}" in str(place.demo.slack.view(ALMA))


@SAME
async def test_a_restore_is_refused_alike(place: Place, whose: str) -> None:  # D9, D14
    await place.change(OSCAR, removed_at=place.demo.slack.clock.now())
    address = email_of(ADDRESSES[whose])
    await place.change(OSCAR, email=address.text, email_key=address.key)
    await place.demo.slack.command(ALMA, "/imi-removeuser", "restore")

    await place.demo.slack.click(ALMA, "restore_user")

    said = words(EmailTakenError(), "en")
    await place.demo.slack.until(lambda: said in str(place.demo.slack.view(ALMA)))


@SAME
async def test_a_clash_of_generated_usernames_shows_a_number_alike(  # R51, D8
    place: Place, whose: str
) -> None:
    member = {OURS: OSCAR, THEIRS: ZBIGNIEWKA}[whose]
    await place.change(member, username="nven")
    await place.demo.slack.command(ALMA, "/imi-adduser")
    await place.demo.slack.fill(ALMA, NEW)

    await place.demo.slack.submit(ALMA)

    assert '"initial_value": "nven2"' in json.dumps(place.demo.slack.view(ALMA))


async def looked_around(place: Place, rulebook: Rulebook) -> list[str]:
    """Return what Alma sees who looks everywhere, and for everybody by every word."""
    slack, seen = place.demo.slack, []
    for command in ("users", "roles", "removeuser", "reset", "audit", "authority", "me"):
        for text in ["", *BY_WORDS]:
            said = len(slack.messages(ALMA))
            slack.workspace.modals.clear(ALMA)
            await slack.command(ALMA, f"/imi-{command}", text)
            answers = [one.text for one in slack.messages(ALMA)[said:]]
            seen.append(f"{command} {text}: {_drawn(slack.view(ALMA))} {answers}")
    typed = ("", "e", OTHERS[0][0])
    asked = (suggestions(rulebook, ALMA, place.both.their_numbers[1], text) for text in typed)
    seen += [str(await answer_to(place.demo, payload)) for payload in chain(*asked)]
    await slack.open_home(ALMA)
    return [*seen, _drawn(slack.home(ALMA))]


def _drawn(view: dict[str, Any] | None) -> str:
    """Return the view without what Slack gives it anew each time."""
    kept = {"blocks", "title", "private_metadata"}
    return str({name: value for name, value in (view or {}).items() if name in kept})


def change_places(tx: Connection, theirs: int, rulebook: Rulebook, now: datetime) -> None:
    """Give the others other names, and far more people, with what wants attention."""
    authority = authorities.require(tx, theirs)
    here = select(users.c.id).where(users.c.authority_id == theirs, users.c.removed_at.is_(None))
    for user_id in tx.scalars(here).all():
        values = {"username": f"nobody{user_id}", "search_key": "nobody", "team_id": None}
        of_user = users.c.id == user_id
        tx.execute(update(users).where(of_user).values(**values, member_id=None))
    for _ in range(30):
        newcomer = a_user(tx, authority, rulebook, in_bulk=True)
        resets.request_reset(tx, newcomer.id, RequestSource.PORTAL, rulebook.policy, now)


async def test_who_and_how_many_others_there_are_changes_no_answer(  # R5, R57
    place: Place, rulebook: Rulebook
) -> None:
    store, now = place.demo.product.store, place.demo.slack.clock.now()
    before = await looked_around(place, rulebook)

    await store.write(lambda tx: change_places(tx, place.both.theirs, rulebook, now))

    assert await looked_around(place, rulebook) == before
