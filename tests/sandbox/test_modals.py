"""People fill in, submit and close modals; the app answers by HTTP and by Socket Mode."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sandbox import NotFoundError

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_a_command_opens_a_modal_that_an_empty_answer_closes(app: Sandbox) -> None:
    assert (await app.command("U0ANNA", "/ask", "now")).ok
    await app.until(lambda: app.view("U0ANNA"))
    await app.fill("U0ANNA", {"what": "hello", "colour": "red"})

    answer = await app.submit("U0ANNA")

    assert (answer.ok, answer.status, answer.body) == (True, 200, None)
    assert app.view("U0ANNA") is None
    assert app.errors("U0ANNA") == {}


async def test_a_shortcut_opens_a_modal(app: Sandbox) -> None:
    assert (await app.shortcut("U0ANNA", "ask")).ok

    await app.until(lambda: app.view("U0ANNA"))


async def test_every_input_is_in_the_state_and_nothing_typed_is_lost_in_an_update(
    app: Sandbox,
) -> None:
    await _asked(app)
    await app.fill("U0ANNA", {"what": "typed", "colour": "blue"})
    before = app.view("U0ANNA")
    assert before

    assert (await app.click("U0ANNA", "swap")).ok
    await app.until(lambda: (app.view("U0ANNA") or {})["hash"] != before["hash"])

    after = app.view("U0ANNA")
    assert after
    assert after["state"] == before["state"]
    assert after["state"]["values"]["what"]["what"]["value"] == "typed"
    assert after["state"]["values"]["city"]["city"] == {
        "type": "external_select",
        "selected_option": None,
    }


@pytest.mark.parametrize(("what", "left"), [("update", 1), ("push", 2), ("clear", 0)])
async def test_the_answer_to_a_submission_changes_the_stack(
    app: Sandbox, what: str, left: int
) -> None:
    await _asked(app)
    await app.fill("U0ANNA", {"what": what})

    assert (await app.submit("U0ANNA")).ok

    assert len(app.views("U0ANNA")) == left


async def test_errors_stand_at_their_fields(app: Sandbox) -> None:
    await _asked(app)
    await app.fill("U0ANNA", {"what": "wrong"})

    answer = await app.submit("U0ANNA")

    assert answer.ok
    assert answer.errors == app.errors("U0ANNA") == {"what": "Not that."}
    assert app.view("U0ANNA")


@pytest.mark.parametrize("what", ["stray", "unsound", "no errors", "no text", "odd", "no action"])
async def test_an_unsound_answer_is_a_failure_the_person_sees(app: Sandbox, what: str) -> None:
    await _asked(app)
    await app.fill("U0ANNA", {"what": what})

    answer = await app.submit("U0ANNA")

    assert not answer.ok
    assert answer.detail
    assert app.notice("U0ANNA")
    assert app.view("U0ANNA")


async def test_an_empty_required_field_is_never_sent(app: Sandbox) -> None:
    await _asked(app)
    received = len(app.received)

    answer = await app.submit("U0ANNA")

    assert (answer.ok, answer.error, set(answer.errors)) == (False, "client_validation", {"what"})
    assert len(app.received) == received


async def test_a_choice_that_is_not_offered_cannot_be_made(app: Sandbox) -> None:
    await _asked(app)

    with pytest.raises(NotFoundError):
        await app.fill("U0ANNA", {"colour": "green"})


async def test_suggestions_can_be_chosen(app: Sandbox) -> None:
    await _asked(app)

    answer = await app.suggest("U0ANNA", "city", "aal")
    await app.fill("U0ANNA", {"city": "aalberg"})

    assert isinstance(answer.body, dict)
    assert answer.body["options"][0]["value"] == "aalberg"
    view = app.view("U0ANNA")
    assert view
    assert view["state"]["values"]["city"]["city"]["selected_option"]["value"] == "aalberg"


async def test_unsound_suggestions_are_a_failure(app: Sandbox) -> None:
    await _asked(app)

    assert (await app.suggest("U0ANNA", "city", "nowhere")).error == "invalid_options"


async def test_unsound_words_after_a_command_are_a_failure(app: Sandbox) -> None:
    assert (await app.command("U0ANNA", "/say", "nonsense")).error == "invalid_blocks"


async def test_closing_tells_an_app_that_wants_to_know(app: Sandbox) -> None:
    await _asked(app)

    answer = await app.close("U0ANNA")

    assert answer
    assert answer.ok
    assert app.view("U0ANNA") is None


async def test_the_same_modal_can_be_submitted_twice_at_once(app: Sandbox) -> None:
    await _asked(app)
    await app.fill("U0ANNA", {"what": "twice"})

    answers = await asyncio.gather(app.submit("U0ANNA"), app.submit("U0ANNA"))

    assert [answer.ok for answer in answers] == [True, True]


async def test_an_answer_after_three_seconds_is_too_late(app: Sandbox) -> None:
    answer = await app.command("U0ANNA", "/slow")

    assert (answer.ok, answer.error) == (False, "operation_timeout")
    assert "operation_timeout" in app.notice("U0ANNA")


async def test_a_command_that_fails_is_shown_as_failed(app: Sandbox) -> None:
    answer = await app.command("U0ANNA", "/broken")

    assert not answer.ok


async def test_a_command_answers_in_words_at_once_and_through_its_response_url(
    app: Sandbox,
) -> None:
    await app.command("U0ANNA", "/say", "hi", channel="C0HEALTH")

    await app.until(lambda: len(app.messages("C0HEALTH")) == 2)
    said = app.messages("C0HEALTH")
    assert sorted(message.text for message in said) == ["and later this", "you said hi"]
    assert {message.ephemeral_to for message in said} == {"U0ANNA"}
    assert any(b"and later this" in raw for raw in app.received)


async def test_an_unknown_command_reaches_nobody(app: Sandbox) -> None:
    answer = await app.command("U0ANNA", "/nothing")

    assert answer.error == "unknown_command"


async def test_someone_deactivated_cannot_act(app: Sandbox) -> None:
    with pytest.raises(NotFoundError):
        await app.command("U0GONE", "/ask")


async def _asked(app: Sandbox) -> None:
    assert (await app.command("U0ANNA", "/ask")).ok
    await app.until(lambda: app.view("U0ANNA"))
