"""Tests that no sequence of actions in one authority reads or changes data of another one.

Random sequences of actions (R5, R26): commands, menus, modals, buttons and files, with texts and
ids of the other authority's users in them, by an administrator, by an ordinary user, and by
somebody who loses and regains the permission. The tests run for seconds, `make fuzz` for minutes.
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

pytestmark = pytest.mark.sweep

Forger = Callable[[Rulebook, str, int], "Iterator[Json]"]

EXAMPLES = max(10, int(os.environ.get("IMI_FUZZ_EXAMPLES", "0")) // 100)
STEPS = 30
# Most forged requests are refused for other reasons than the authority, so there are many.
FORGED_AT_ONCE = 10
WORDS = st.sampled_from(two_authorities.inputs_about_other_users())
AFTER_A_COMMAND = st.one_of(st.sampled_from(["", *two_authorities.inputs_about_own_users()]), WORDS)
# Commands that find users by text come more often.
FINDING = ["/imi-users", "/imi-roles", "/imi-removeuser", "/imi-reset", "/imi-audit"]
COMMANDS = st.sampled_from([*sorted(permission_table.COMMANDS), *FINDING, *FINDING])
PICKERS = {
    "user_search:remove",
    "user_search:reset",
    "user_search:roles",
    "holders_give",
    "holders_take",
}
WHO = st.sampled_from(PEOPLE)
LUCK = st.integers(0, 2**32)


@dataclass(frozen=True, slots=True)
class IsolationSetting:
    """The driver, and the rulebook with which payloads are forged."""

    driver: IsolationDriver
    rulebook: Rulebook
    made: dict[tuple[Forger, str, int], dict[str, list[Json]]] = field(default_factory=dict)

    def payloads(self, forge: Forger, who: str, number: int) -> dict[str, list[Json]]:
        """Return the payloads by id; cached, because making them takes longer than sending one."""
        key = (forge, who, number)
        if key not in self.made:
            found = self.made[key] = {}
            for payload in forge(self.rulebook, who, number):
                found.setdefault(id_of(payload), []).append(payload)
        return self.made[key]


@pytest.fixture(scope="module")
def setting(rulebook: Rulebook) -> Iterator[IsolationSetting]:
    """One product for all sequences; its rows are restored before each."""
    with running_product() as target:
        yield IsolationSetting(target.run(start_driver(target, rulebook)), rulebook)


class IsolationMachine(RuleBasedStateMachine):
    """The actions of people of one authority in Slack, in any order."""

    setting: IsolationSetting

    @property
    def driver(self) -> IsolationDriver:
        return self.setting.driver

    @initialize()
    def begin(self) -> None:
        self.typed: set[str] = set()
        self.driver.run_and_settle(self.driver.reset())

    @rule(who=WHO, command=COMMANDS, text=AFTER_A_COMMAND)
    def type_a_command(self, who: str, command: str, text: str) -> None:
        self.driver.run_and_settle(self.driver.type_command(who, command, text))

    @rule(who=WHO)
    def open_home(self, who: str) -> None:
        self.driver.run_and_settle(self.driver.open_home(who))

    @rule(who=WHO, luck=LUCK)
    def press_something(self, who: str, luck: int) -> None:
        dice = dice_of(luck)
        seen = self.driver.pressable(who)
        if seen:
            holder, block, element = dice.choice(seen)
            entry = self._entry(element, dice)
            self.driver.run_and_settle(
                self.driver.press_element(who, holder, (block, element), entry)
            )

    @rule(who=WHO, command=COMMANDS, text=AFTER_A_COMMAND, luck=LUCK)
    def submit_two_steps(self, who: str, command: str, text: str, luck: int) -> None:
        self.type_a_command(who, command, text)
        self.submit_open_modal(who, luck)
        self.submit_open_modal(who, luck + 1)

    @rule(who=WHO, luck=LUCK)
    def submit_open_modal(self, who: str, luck: int) -> None:
        dice = dice_of(luck)
        for _, element, state in self.driver.fields(who):
            if dice.random() < 0.5:
                state[element["action_id"]] = self._entry(element, dice)
        self.driver.run_and_settle(self.driver.submit(who))

    @rule(who=WHO, forge=st.sampled_from([submissions, clicks]), luck=LUCK, text=WORDS)
    def forge_request(self, who: str, forge: Forger, luck: int, text: str) -> None:
        dice = dice_of(luck)
        for _ in range(FORGED_AT_ONCE):
            payload = self._forged_payload(forge, who, dice)
            self.driver.run_and_settle(self.driver.send(_with_text(payload, text)))

    @rule(who=WHO, luck=LUCK, text=WORDS)
    def search_in_menu(self, who: str, luck: int, text: str) -> None:
        payload = self._forged_payload(suggestions, who, dice_of(luck))
        self.driver.run_and_settle(self.driver.send({**payload, "value": text}))

    @rule(
        who=WHO,
        command=st.sampled_from(["/imi-users", "/imi-audit"]),
        press=st.sampled_from(
            ["users_csv", "users_next", "audit_csv", "audit_json", "audit_older"]
        ),
    )
    def turn_page_or_export(self, who: str, command: str, press: str) -> None:
        self.type_a_command(who, command, "")
        for holder, block, element in self.driver.pressable(who):
            if element["action_id"] == press:
                self.driver.run_and_settle(
                    self.driver.press_element(who, holder, (block, element), {"type": "button"})
                )

    @rule(who=WHO, which=st.sets(st.integers(0, len(OTHERS) - 1), min_size=1), named=st.booleans())
    def import_file(self, who: str, which: set[int], named: bool) -> None:  # noqa: FBT001 - Hypothesis passes by name
        people = (OTHERS[number] for number in sorted(which))
        rows = [
            f"{first.upper()};{last.upper()};en;{address.upper()};;{username.upper()};"
            if named
            else f"Ny;Ven;en;{address.upper()};;;"
            for first, last, username, address in people
        ]
        self.driver.run_and_settle(self.driver.import_file(who, rows))

    @rule(who=st.sampled_from([ALMA, DORA]), may=st.booleans())
    def change_administrator(self, who: str, may: bool) -> None:  # noqa: FBT001 - as above
        self.driver.run_and_settle(
            self.driver.set_administrator(who, administrator=may or who == ALMA)
        )

    @invariant()
    def other_authority_is_unchanged(self) -> None:
        assert self.driver.changed_rows() == {}

    @invariant()
    def no_trace_of_the_other_authority_is_output(self) -> None:
        output = self.driver.new_output()
        # The echo of an id that was typed is not a leak.
        found = [match for match in TRACE.finditer(output) if match.group() not in self.typed]
        assert [output[max(0, match.start() - 300) : match.end() + 60] for match in found] == []

    def _forged_payload(self, forge: Forger, who: str, dice: Random) -> Json:
        """Return a payload of a random kind; pickers of users come more often."""
        named = self.setting.payloads(forge, who, self._choose_id(dice))
        often = [name for name in named if name in PICKERS]
        return copy.deepcopy(dice.choice(named[dice.choice([*named, *often, *often])]))

    def _choose_id(self, dice: Random) -> int:
        number = dice.choice(self.driver.numbers)
        # A page has ten rows, so an id typed as its start leads to the following ids.
        self.typed |= {str(number + step) for step in (-10, 0, 10)}
        return number

    def _entry(self, element: Json, dice: Random) -> Json:
        return state_of_element(element, dice, self._choose_id(dice))


def dice_of(luck: int) -> Random:
    """Return a random generator for choices among what is on the screen, unknown to Hypothesis."""
    return Random(luck)  # noqa: S311 - no secret


def _with_text(payload: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the payload with the text in every text field."""
    values = payload.get("view", {}).get("state", {}).get("values", {})
    for fields in values.values():
        for state in fields.values():
            if "value" in state and text:
                state["value"] = text
    return payload


def test_no_sequence_of_actions_reveals_another_authority(
    setting: IsolationSetting,
) -> None:  # R5, R26
    IsolationMachine.setting = setting
    run_state_machine_as_test(
        IsolationMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            # Shrinking takes minutes, and the example that was found is enough.
            phases=(Phase.explicit, Phase.generate),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize="IMI_FUZZ_EXAMPLES" not in os.environ,
        ),
    )
