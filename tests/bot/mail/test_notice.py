"""Tests of the letters with notices: their greeting."""

import pytest

from bot.mail.letter import mailbox
from bot.mail.notice import notice_letter
from handlers.ui.messages import NotificationText

TEXT = NotificationText("Roles changed", ("Your roles have been changed.",))


@pytest.mark.parametrize(
    ("name", "to_person", "greeting"),
    [("Ida Møller", True, "Dear Ida Møller,"), ("Health Agency", False, "To: Health Agency")],
)
def test_a_person_is_greeted_and_a_mailbox_is_addressed(
    name: str,
    to_person: bool,  # noqa: FBT001 - a value of the table above
    greeting: str,
) -> None:  # issue 16
    letter = notice_letter(mailbox(name, "a@b.example"), "en", TEXT, to_person=to_person)

    assert letter.plain.startswith(f"{greeting}\n\nYour roles have been changed.\n")
    assert f">{greeting}</p>" in letter.html
