"""Tests of a key rotation while people are signed in and have forms open (D22)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.demo.demo import register_country
from bot.wiring import running_product
from core.passwords import service as passwords
from core.passwords.hashing import Hasher
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.secret import Secret
from core.users.rows import users
from tests.bot.portal.browser import Browser
from tests.crash.environment import crash_workspace, environment_of, settings_from

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from sqlalchemy import Connection

    from bot.settings.settings import Settings

OLD, NEW = secrets.token_hex(32), secrets.token_hex(32)
QUICK = Hasher(memory_kib=8, rounds=1)
PASSWORD = "Quiet-harbour-47"
NEXT = "Quiet-harbour-48"


def with_keys(settings: Settings, *keys: str) -> Settings:
    return settings.model_copy(update={"imi_secret_key": SecretStr(",".join(keys))})


def give_chosen_password(tx: Connection) -> str:
    """Give the first user a chosen password; return the username."""
    user = users.find(tx, 1)
    assert user is not None
    digest = QUICK.hash_of(Secret(PASSWORD))
    choice = PasswordChoice(user.id, digest, replaces_id=user.password_id)
    passwords.choose(tx, choice, Policy(), user.registered_at)
    return user.username


async def test_a_key_rotation_ends_no_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMI_CRASH_BEGAN", "0")
    async with crash_workspace([]) as slack:
        environment = environment_of(slack, f"sqlite:///{tmp_path / 'imi.sqlite3'}", "")
        settings = settings_from(environment)
        await register_country(settings, slack)
        here = settings.imi_public_url
        async with Browser(here) as inside, Browser(here) as early, Browser(here) as late:
            async with running_product(with_keys(settings, OLD), hasher=QUICK) as product:
                username = await product.store.write(give_chosen_password)
                await inside.sign_in(username, PASSWORD)
                assert (await inside.get("/password")).status == 200
                await early.get("/sign-in")
                await late.get("/sign-in")

            async with running_product(with_keys(settings, NEW, OLD), hasher=QUICK):
                entered = await early.post("/sign-in", username=username, password=PASSWORD)
                changed = await inside.choose(NEXT, current=PASSWORD)

            async with running_product(with_keys(settings, NEW), hasher=QUICK):
                refused = await late.post("/sign-in", username=username, password=NEXT)
                still_in = await inside.get("/account")
                again = await late.sign_in(username, NEXT)

    assert entered.url.endswith("/account")
    assert changed.url.endswith("/account?saved=1")
    assert (refused.status, refused.url.endswith("/sign-in")) == (403, True)
    assert still_in.url.endswith("/account")
    assert again.url.endswith("/account")
