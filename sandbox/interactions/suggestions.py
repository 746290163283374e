"""Types as a member into a menu whose options the app supplies, and checks these options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.block_kit.elements import options_of
from sandbox.checks import limits
from sandbox.checks.options import check_option
from sandbox.checks.problems import Problems
from sandbox.delivery import payloads
from sandbox.errors import ApiError
from sandbox.interactions.screen import container_of, element_named
from sandbox.state.views import OpenView

if TYPE_CHECKING:
    from sandbox.delivery.answers import Answer
    from sandbox.interactions.block_actions import ElementTarget
    from sandbox.interactions.dispatcher import Dispatcher
    from sandbox.json_types import Json


async def suggest(dispatcher: Dispatcher, member_id: str, target: ElementTarget) -> Answer:
    """Type `target.value` into a menu; the options are in the body of the answer."""
    member = dispatcher.active_member(member_id)
    container = container_of(dispatcher.workspace, member_id, target.action_id, target.where)
    block, element = element_named(container.blocks, target.action_id, target.block_id)
    ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
    query = ids | {"value": target.value}
    payload = payloads.suggestion(dispatcher.workspace, member, container, query)
    answer = await dispatcher.send(member, "interactive", payload)
    if not answer.ok:
        return answer
    try:
        options = _checked_options(element, answer.body)
    except ApiError as error:
        return dispatcher.reject(member, answer, error)
    if isinstance(container, OpenView):
        container.suggested[block["block_id"], element["action_id"]] = options
    return answer


def _checked_options(element: Json, body: Json | str | None) -> list[Json]:
    if not isinstance(body, dict) or not ("options" in body) ^ ("option_groups" in body):
        raise ApiError.with_messages("invalid_options", ["give options or option_groups"])
    problems, options = Problems(""), options_of(body)
    problems.add_if_above(len(options), limits.DEFAULT_OPTION_COUNT[1], "items")
    for index, option in enumerate(options):
        check_option(element["type"], option, problems.at("options", index))
    if problems.messages:
        raise ApiError.with_messages("invalid_options", problems.messages)
    return options
