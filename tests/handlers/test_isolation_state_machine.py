"""Whatever the people of one authority do, nothing of another one is read, changed or hinted at.

Random sequences of acts (R5, R26): commands, menus, modals, buttons, files, with words and numbers
of the other one's people in them, by an administrator, by an ordinary user, and by somebody who
loses the right and gets it back meanwhile. `make fuzz` tries for minutes, the tests for seconds.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.rulebook import Rulebook
from tests.handlers import permission_table, two_authorities
from tests.handlers.forged_requests import clicks, id_of, submissions, suggestions
from tests.handlers.isolation_driver import IsolationDriver, start_driver, state_of_element
from tests.handlers.product_in_thread import running_product
from tests.handlers.two_authorities import ALMA, DORA, OTHERS, PEOPLE, TRACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.handlers.block_kit import Json

Making = Callable[[Rulebook, str, int], "Iterator[Json]"]

EXAMPLES = max(10, int(os.environ.get("IMI_FUZZ_EXAMPLES", "0")) // 100)
STEPS = 30
WORDS = st.sampled_from(two_authorities.words_about_them())
AFTER_A_COMMAND = st.one_of(st.sampled_from(["", *two_authorities.words_about_us()]), WORDS)
# Those that find people by words come more often.
FINDING = ["/imi-users", "/imi-roles", "/imi-removeuser", "/imi-reset", "/imi-audit"]
COMMANDS = st.sampled_from([*sorted(permission_table.COMMANDS), *FINDING, *FINDING])
PICKERS = {"roles_of", "holders_give", "holders_take"}
WHO = st.sampled_from(PEOPLE)
LUCK = st.integers(0, 2**32)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the acts are done, and by what rules payloads are made up."""

    stage: IsolationDriver
    rulebook: Rulebook
    made: dict[tuple[Making, str, int], dict[str, list[Json]]] = field(default_factory=dict)

    def payloads(self, making: Making, who: str, number: int) -> dict[str, list[Json]]:
        """Return the payloads by what they are for; making them takes longer than sending one."""
        key = (making, who, number)
        if key not in self.made:
            found = self.made[key] = {}
            for payload in making(self.rulebook, who, number):
                found.setdefault(id_of(payload), []).append(payload)
        return self.made[key]


@pytest.fixture(scope="module")
def setting(rulebook: Rulebook) -> Iterator[Setting]:
    """One product for all sequences; what they change is put back before each."""
    with running_product() as target:
        yield Setting(target.run(start_driver(target, rulebook)), rulebook)


class Acts(RuleBasedStateMachine):
    """What people of one authority do in Slack, one thing after another."""

    setting: Setting

    @property
    def stage(self) -> IsolationDriver:
        return self.setting.stage

    @initialize()
    def begin(self) -> None:
        self.typed: set[str] = set()
        self.stage.do(self.stage.put_back())

    @rule(who=WHO, command=COMMANDS, text=AFTER_A_COMMAND)
    def types_a_command(self, who: str, command: str, text: str) -> None:
        self.stage.do(self.stage.types(who, command, text))

    @rule(who=WHO)
    def opens_home(self, who: str) -> None:
        self.stage.do(self.stage.opens_home(who))

    @rule(who=WHO, luck=LUCK)
    def presses_what_is_there(self, who: str, luck: int) -> None:
        dice = dice_of(luck)
        seen = self.stage.pressable(who)
        if seen:
            holder, block, element = dice.choice(seen)
            entry = self._entry(element, dice)
            self.stage.do(self.stage.presses(who, holder, (block, element), entry))

    @rule(who=WHO, command=COMMANDS, text=AFTER_A_COMMAND, luck=LUCK)
    def goes_through_a_form(self, who: str, command: str, text: str, luck: int) -> None:
        self.types_a_command(who, command, text)
        self.submits_what_is_open(who, luck)
        self.submits_what_is_open(who, luck + 1)

    @rule(who=WHO, luck=LUCK)
    def submits_what_is_open(self, who: str, luck: int) -> None:
        dice = dice_of(luck)
        for _, element, state in self.stage.fields(who):
            if dice.random() < 0.5:
                state[element["action_id"]] = self._entry(element, dice)
        self.stage.do(self.stage.submits(who))

    @rule(who=WHO, making=st.sampled_from([submissions, clicks]), luck=LUCK, text=WORDS)
    def forges_what_slack_would_send(self, who: str, making: Making, luck: int, text: str) -> None:
        payload = self._made(making, who, dice_of(luck))
        self.stage.do(self.stage.sends(_saying(payload, text)))

    @rule(who=WHO, luck=LUCK, text=WORDS)
    def types_into_a_menu(self, who: str, luck: int, text: str) -> None:
        payload = self._made(suggestions, who, dice_of(luck))
        self.stage.do(self.stage.sends({**payload, "value": text}))

    @rule(
        who=WHO,
        command=st.sampled_from(["/imi-users", "/imi-audit"]),
        press=st.sampled_from(
            ["users_csv", "users_next", "audit_csv", "audit_json", "audit_older"]
        ),
    )
    def turns_a_page_or_takes_a_file(self, who: str, command: str, press: str) -> None:
        self.types_a_command(who, command, "")
        for holder, block, element in self.stage.pressable(who):
            if element["action_id"] == press:
                self.stage.do(self.stage.presses(who, holder, (block, element), {"type": "button"}))

    @rule(who=WHO, which=st.sets(st.integers(0, len(OTHERS) - 1), min_size=1), named=st.booleans())
    def imports_a_file(self, who: str, which: set[int], named: bool) -> None:  # noqa: FBT001 - Hypothesis passes by name
        people = (OTHERS[number] for number in sorted(which))
        rows = [
            f"{first.upper()};{last.upper()};en;{address.upper()};;{username.upper()};"
            if named
            else f"Ny;Ven;en;{address.upper()};;;"
            for first, last, username, address in people
        ]
        self.stage.do(self.stage.imports(who, rows))

    @rule(who=st.sampled_from([ALMA, DORA]), may=st.booleans())
    def is_demoted_or_promoted(self, who: str, may: bool) -> None:  # noqa: FBT001 - as above
        self.stage.do(self.stage.stands(who, administrator=may or who == ALMA))

    @invariant()
    def nothing_of_the_others_is_changed(self) -> None:
        assert self.stage.changed_of_theirs() == {}

    @invariant()
    def nothing_of_the_others_is_said(self) -> None:
        said = self.stage.heard()
        # A number that was typed is no news to who typed it.
        found = [one for one in TRACE.finditer(said) if one.group() not in self.typed]
        assert [said[max(0, one.start() - 300) : one.end() + 60] for one in found] == []

    def _made(self, making: Making, who: str, dice: Random) -> Json:
        """Return one of the payloads, each kind as likely as another, but pickers of people."""
        named = self.setting.payloads(making, who, self._number(dice))
        often = [name for name in named if name in PICKERS]
        return copy.deepcopy(dice.choice(named[dice.choice([*named, *often, *often])]))

    def _number(self, dice: Random) -> int:
        number = dice.choice(self.stage.numbers)
        # Ten to a page: what was typed as a page's beginning leads to its neighbours'.
        self.typed |= {str(number + step) for step in (-10, 0, 10)}
        return number

    def _entry(self, element: Json, dice: Random) -> Json:
        return state_of_element(element, dice, self._number(dice))


def dice_of(luck: int) -> Random:
    """Return what chooses among what is there, which Hypothesis cannot know before."""
    return Random(luck)  # noqa: S311 - no secret


def _saying(payload: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the payload with the text in each field that takes any."""
    values = payload.get("view", {}).get("state", {}).get("values", {})
    for fields in values.values():
        for state in fields.values():
            if "value" in state and text:
                state["value"] = text
    return payload


def test_no_sequence_of_actions_reveals_another_authority(setting: Setting) -> None:  # R5, R26
    Acts.setting = setting
    run_state_machine_as_test(
        Acts,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            # Finding the shortest one takes minutes; the one found says enough.
            phases=(Phase.explicit, Phase.generate),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize="IMI_FUZZ_EXAMPLES" not in os.environ,
        ),
    )
