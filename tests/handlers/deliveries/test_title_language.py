"""Tests that a message has the authority's title in the language of the message."""

from bot.demo.demo import Demo
from core.authorities.rows import titles
from tests.handlers.demo_actions import LUKASZ, change_user, find_user, register, wait_until_sent

POLISH_TITLE = "Urząd Zdrowia"


async def test_the_title_is_in_the_language_of_the_message(demo: Demo) -> None:  # C5, D25, R31
    anna = await find_user(demo, "aholm")
    assert anna is not None
    await change_user(demo, anna, language="en")
    await demo.product.store.write(
        lambda tx: titles.write_translations(tx, anna.authority_id, {"pl": POLISH_TITLE})
    )
    mails = len(demo.slack.mails)

    await register(demo, member=LUKASZ, language="pl")
    await wait_until_sent(demo)

    post = demo.slack.messages("C0HEALTH")[-1]
    assert post.text.startswith("New user in IMI: ")
    assert POLISH_TITLE not in str(post)
    letters = {mail.recipients[0]: mail for mail in demo.slack.mails[mails:]}
    to_authority = letters["post@sundhed.example"]
    assert POLISH_TITLE not in f"{to_authority.subject}{to_authority.plain}"
    # What goes to the user is in Polish, also the title.
    assert POLISH_TITLE in str(demo.slack.messages(LUKASZ))
