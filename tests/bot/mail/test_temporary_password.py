"""Tests of the e-mail with a temporary password, in all languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from gettext import NullTranslations
from typing import TYPE_CHECKING

from bot.mail import notice as notice_module
from bot.mail import temporary_password as temporary_password_module
from bot.mail.letter import user_mailbox
from bot.mail.notice import notice_letter
from bot.mail.temporary_password import IssuedPassword, temporary_password_letter
from core.languages.tags import LANGUAGES
from core.languages.texts import Texts
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.secret import Secret
from core.users.rows import users
from handlers.ui.messages import NotificationText
from tests.english_left import english_left
from tests.factories import a_user, an_authority
from tests.times import NOON

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Connection

    from bot.mail.letter import Letter
    from core.authorities.rules import Authority
    from core.rulebook import Rulebook
    from core.store.store import Store
    from core.users.rules import User

PASSWORD = "Kd7m-x3Qp-AAAA-bbbb-2222-cccc"
ISSUED = IssuedPassword(Secret(PASSWORD), NOON + timedelta(days=7), "Europe/Copenhagen")
PORTAL = "https://imi.authority.example/?a=1&b=2"


def a_letter(user: User, authority: Authority) -> Letter:
    return temporary_password_letter(user, authority, ISSUED, PORTAL)


async def registered(store: Store, rulebook: Rulebook, **changes: object) -> tuple[User, Authority]:
    def register(tx: Connection) -> tuple[User, Authority]:
        authority = an_authority(tx, informal_title="Health & Safety <HQ>")
        return a_user(tx, authority, rulebook, **changes), authority

    return await store.write(register)


async def test_the_plain_text_of_the_letter_is_complete(
    store: Store, rulebook: Rulebook
) -> None:  # D4
    user, authority = await registered(store, rulebook, last_name="O'Neil & Co")

    letter = a_letter(user, authority)

    assert letter.subject == "Your temporary password for IMI"
    assert letter.recipient.addr_spec == user.email
    assert letter.plain == (
        "Dear Ada O'Neil & Co,\n"
        "\n"
        "An account in IMI has been opened for you. Authority: Health & Safety <HQ>.\n"
        "\n"
        "Your temporary password:\n"
        "\n"
        f"    {PASSWORD}\n"
        "\n"
        "Sign in here and choose a password of your own:\n"
        "\n"
        f"    {PORTAL}\n"
        "\n"
        "The temporary password is valid until 9 Mar 2026, 13:00. A newer one replaces it.\n"
        "You will receive your username separately, never by e-mail.\n"
        "\n"
        "Were you not expecting this? Do not sign in; tell an administrator of your authority.\n"
        "This e-mail was sent automatically. Replies to it are not read.\n"
    )


async def test_names_are_escaped_in_the_html_letter(store: Store, rulebook: Rulebook) -> None:
    user, authority = await registered(store, rulebook, last_name="<b>Bold</b>")

    letter = a_letter(user, authority)

    assert "Ada &lt;b&gt;Bold&lt;/b&gt;" in letter.html
    assert "Health &amp; Safety &lt;HQ&gt;" in letter.html
    assert f'href="{PORTAL.replace("&", "&amp;")}"' in letter.html
    assert PASSWORD in letter.html


async def test_a_user_who_signed_in_before_gets_the_reset_letter(
    store: Store, rulebook: Rulebook
) -> None:
    new, authority = await registered(store, rulebook)
    choice = PasswordChoice(new.id, "digest", None)
    await store.write(lambda tx: passwords.choose(tx, choice, Policy(), NOON))
    user = await store.read(lambda tx: users.find(tx, new.id))
    assert user is not None

    letter = a_letter(user, authority)

    for text in (letter.plain, letter.html):
        assert "Your password for IMI has been reset" in text
        assert "has been opened for you" not in text


async def test_every_language_has_its_letter_without_the_username(  # D10, D20
    store: Store, rulebook: Rulebook
) -> None:
    for language in LANGUAGES:
        user, authority = await registered(store, rulebook, language=language)

        letter = a_letter(user, authority)

        assert letter.language == language  # the header Content-Language
        assert f'<html lang="{language}">' in letter.html
        for text in (letter.subject, letter.plain, letter.html):
            assert language == "en" or english_left(text, language) == []
        assert user.username not in letter.subject + letter.plain + letter.html


async def test_a_letter_says_that_it_is_in_english_if_the_language_is_not_translated(  # D25
    store: Store, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    untranslated = Texts("mt", NullTranslations())
    for module in (notice_module, temporary_password_module):
        monkeypatch.setattr(module, "texts", lambda _: untranslated)
    user, authority = await registered(store, rulebook, language="mt")
    notice = notice_letter(user_mailbox(user), "mt", NotificationText("Subject", ("Line",)))

    for letter in (a_letter(user, authority), notice):
        assert letter.language == "en"
        assert '<html lang="en">' in letter.html


async def test_another_letter_to_a_new_user_does_not_open_the_account_again(
    store: Store, rulebook: Rulebook
) -> None:  # D4
    user, authority = await registered(store, rulebook)
    again = replace(ISSUED, is_first=False)

    letter = temporary_password_letter(user, authority, again, PORTAL)

    for text in (letter.plain, letter.html):
        assert "has been opened for you" not in text
        assert "reset" not in text
        assert "Here is a new temporary password for your account in IMI." in text
