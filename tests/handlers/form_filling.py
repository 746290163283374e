"""Enters a hostile string in every field of every modal, and records the refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from core.schema.resets import reset_requests
from tests.factories import executing
from tests.handlers.demo_actions import ANNA, blocks_of
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.demo.demo import Demo
    from sandbox import Answer
    from tests.handlers.block_kit import Json

JONAS, LUKASZ, KARIN, PETRA = "U0JONAS", "U0LUKASZ", "U0KARIN", "U0PETRA"
EUROPE = "C0EUROPE"
TEXT_FIELDS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
Good = dict[str, Any]
LONG_AGO = {"requested_at": NOON, "decided_at": NOON}


@dataclass
class Typist:
    """Types one string everywhere; `driven` are the fields of modals that took it so far."""

    demo: Demo
    text: str
    numbers: Iterator[int]
    driven: set[tuple[str, str]] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)

    @property
    def email(self) -> str:
        """Return an unused address."""
        return f"person{next(self.numbers)}@sundhed.example"

    @property
    def name(self) -> str:
        """Return an unused username."""
        return f"person{next(self.numbers)}"

    async def command(self, member: str, command: str, text: str = "", channel: str = "") -> None:
        """Type a command, and record its answer."""
        answer = await self.demo.slack.command(member, command, text, channel=channel)
        assert answer.ok, (command, answer)
        self.answers.append(answer)

    async def click(self, member: str, action_id: str, where: str = "modal", **more: Any) -> None:  # noqa: ANN401
        """Press a button."""
        answer = await self.demo.slack.click(member, action_id, where, **more)
        assert answer.ok, (action_id, answer)

    async def wait_for_block(self, member: str, block_id: str) -> None:
        """Wait for a block of the open modal."""
        await self.demo.slack.until(lambda: block_id in _visible_block_ids(self.demo, member))

    async def close(self, member: str) -> None:
        """Close all modals."""
        if self.demo.slack.view(member) is not None:
            await self.demo.slack.close(member, clear=True)

    async def fill(self, member: str, good: Good, *, go_on: bool = False) -> set[str]:
        """Type the string into every field of the modal; return the fields that took it.

        Fields that refuse it get good values; if all refuse it, the form is sent only with `go_on`.
        """
        view = self.demo.slack.view(member)
        assert view is not None
        nasty = _text_fields(view)
        self.driven |= {(view["callback_id"], name) for name in nasty}
        while nasty or go_on:
            typed = {**_initial_texts(view), **good, **dict.fromkeys(nasty, self.text)}
            for one in await self.demo.slack.fill(member, typed):
                assert one.ok, one
            answer = await self.demo.slack.submit(member)
            self.answers.append(answer)
            assert answer.ok, answer
            refused = {block_id.partition(":")[0] for block_id in answer.errors}
            if not refused:
                return nasty
            assert refused & nasty, f"good values are refused: {answer.errors}"
            nasty -= refused
        return set()


def _visible_block_ids(demo: Demo, member: str) -> set[str]:
    return set(blocks_of(demo, member)) if demo.slack.view(member) else set()


def _text_fields(view: Json) -> set[str]:
    inputs = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    return {one["action_id"] for one in inputs if one["type"] in TEXT_FIELDS}


def _initial_texts(view: Json) -> dict[str, Any]:
    inputs = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    texts = [one for one in inputs if one["type"] in TEXT_FIELDS]
    return {one["action_id"]: one.get("initial_value") for one in texts}


async def type_into_every_field(typist: Typist) -> None:
    """Type the string into every field of every modal."""
    for fill_forms in (
        fill_profile,
        fill_registration,
        fill_edit_form,
        fill_searches,
        fill_authority_registration,
        fill_authority_removal,
        fill_authority_data,
        fill_translation,
        fill_decline_reason,
        fill_report,
    ):
        await fill_forms(typist)
        for member in (ANNA, JONAS, KARIN, PETRA):
            await typist.close(member)


async def fill_profile(typist: Typist) -> None:
    """Use the string as the names of a Slack profile that is then picked in the form."""
    text = typist.text
    await typist.demo.slack.update_member(
        LUKASZ, real_name=text, first_name=text, last_name=text, display_name=text
    )
    await typist.command(ANNA, "/imi-adduser")
    await typist.demo.slack.fill(ANNA, {"member": LUKASZ})
    await typist.wait_for_block(ANNA, "first_name:1")
    await typist.demo.slack.fill(ANNA, {"email": "post@sundhed.example"})
    answer = await typist.demo.slack.submit(ANNA)
    assert answer.ok
    assert set(answer.errors) <= {"first_name:1", "last_name:1"}


async def fill_registration(typist: Typist) -> None:
    """Type it while registering a user."""
    await typist.command(ANNA, "/imi-adduser")
    good = {"first_name": "Ida", "last_name": "Holm", "phone": None, "language": "da"}
    await typist.fill(ANNA, {**good, "email": typist.email}, go_on=True)
    await typist.fill(ANNA, {"username": typist.name}, go_on=True)


async def fill_edit_form(typist: Typist) -> None:
    """Type it while editing a user who is in Slack."""
    await typist.command(ANNA, "/imi-users", f"edit <@{JONAS}>")
    good = {"first_name": "Jonas", "last_name": "Holm", "phone": None, "language": "da"}
    await typist.fill(ANNA, {**good, "email": typist.email, "username": typist.name}, go_on=True)
    await typist.close(ANNA)
    # Commands are sent as form data, in which UTF-8 cannot encode a lone surrogate.
    await typist.command(ANNA, "/imi-users", typist.text.encode(errors="replace").decode())
    await typist.command(JONAS, "/imi-me")


async def fill_searches(typist: Typist) -> None:
    """Type it into searches for users, authorities and audit entries, and into menus."""
    for command in ("/imi-users", "/imi-findauthority", "/imi-audit"):
        await typist.close(ANNA)
        await typist.command(ANNA, command)
        await typist.fill(ANNA, {})
    for action in ("show", "modules"):
        await typist.close(KARIN)
        command = {"show": "/imi-authority", "modules": "/imi-modules"}[action]
        await typist.command(KARIN, command, "vesterlands")
        menu = f"managed_authority:{action}"
        assert (await typist.demo.slack.suggest(KARIN, menu, typist.text)).ok


async def fill_authority_registration(typist: Typist) -> None:
    """Type it while registering an authority with its first user."""
    await typist.command(KARIN, "/imi-registerauthority")
    good = {"official_name": f"Kommune {typist.name}", "authority_email": typist.email}
    rest = {"informal_title": "Kommune", "web_site": None, "country": "DK"}
    await typist.fill(KARIN, {**good, **rest}, go_on=True)
    person = {"first_name": "Ida", "last_name": "Holm", "phone": None, "language": "da"}
    own = {"email": typist.email, "username": typist.name}
    await typist.fill(KARIN, {**person, **own}, go_on=True)


async def fill_authority_removal(typist: Typist) -> None:
    """Type it in place of the name that confirms a removal."""
    await open_authority(typist, "2")
    await typist.click(KARIN, "authority_remove")
    await typist.wait_for_block(KARIN, "confirmation")
    assert await typist.fill(KARIN, {}) == set()


async def fill_authority_data(typist: Typist) -> None:
    """Type it while editing an authority's data as its access manager."""
    await open_authority(typist, "4")
    await typist.click(KARIN, "authority_edit")
    await typist.wait_for_block(KARIN, "official_name")
    title = {"informal_title": f"Fjordby {typist.name}", "substantial": ["yes"]}
    rest = {"official_name": "Fjordby", "email": "post@fjordby.example", "country": "DK"}
    none = dict.fromkeys(("description", "phone", "address", "place", "web_site"))
    chosen = {"languages": ["da"], "text_language": "en"}
    await typist.fill(KARIN, {**title, **rest, **none, **chosen}, go_on=True)
    await typist.close(KARIN)
    await open_authority(typist, "4")


async def open_authority(typist: Typist, number: str) -> None:
    """Pick an authority that Karin's authority manages."""
    await typist.close(KARIN)
    await typist.command(KARIN, "/imi-authority", "vesterlands")
    await typist.demo.slack.suggest(KARIN, "managed_authority:show", "")
    await typist.click(KARIN, "managed_authority:show", value=number)
    await typist.wait_for_block(KARIN, "navigation")


async def fill_translation(typist: Typist) -> None:
    """Type it as a translated title."""
    await typist.command(PETRA, "/imi-titles", channel=EUROPE)
    await typist.click(PETRA, "title_translate")
    await typist.wait_for_block(PETRA, "titles")
    await typist.fill(PETRA, {"title_bg": "Fjordby"}, go_on=True)


async def fill_decline_reason(typist: Typist) -> None:
    """Type it as the reason for declining a request."""
    demo = typist.demo
    # A declined request makes the user wait a day, and an authority has a daily limit (D11).
    await demo.product.store.write(executing(update(reset_requests).values(LONG_AGO)))
    await typist.command(JONAS, "/imi-reset")
    await demo.slack.submit(JONAS)
    await demo.slack.until(lambda: "reset_decline" in str(demo.slack.messages(ANNA)[-8:]), 15)
    await typist.click(ANNA, "reset_decline", ANNA)
    await typist.wait_for_block(ANNA, "reason")
    await typist.fill(ANNA, {"reason": "No"}, go_on=True)


async def fill_report(typist: Typist) -> None:
    """Type it as a report of a wrong detail."""
    await typist.command(JONAS, "/imi-me")
    await typist.click(JONAS, "report_detail")
    await typist.wait_for_block(JONAS, "report")
    await typist.fill(JONAS, {"report": "Wrong"}, go_on=True)
