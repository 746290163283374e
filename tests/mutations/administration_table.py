"""Mutations of who can act for an authority, and of linking people again (D12, D21)."""

from tests.mutations.mutation import Mutation

_COUNTED = "    .where(or_(~_is_administrator, can_act))\n"
_ALL_COUNT = "    .where(or_(~_is_administrator, _is_administrator))\n"

ADMINISTRATION: tuple[Mutation, ...] = (
    Mutation(
        "test_the_last_administrator_who_can_act_keeps_the_role",
        "core/users/rows/roles.py",
        _COUNTED,
        _ALL_COUNT,
    ),
    Mutation(
        "test_the_last_administrator_who_can_act_cannot_remove_themselves",
        "core/users/rows/roles.py",
        _COUNTED,
        _ALL_COUNT,
    ),
    Mutation(
        "test_of_a_deactivation_and_a_demotion_at_once_one_waits_for_the_other",
        "core/leavers/service.py",
        "            authorities_without_administrator.queue_if_needed(",
        "            (lambda *_: None)(",
    ),
    Mutation(
        "test_the_access_manager_is_told_at_once_of_an_authority_without_administrator",
        "core/leavers/service.py",
        "            authorities_without_administrator.queue_if_needed(",
        "            (lambda *_: None)(",
    ),
    Mutation(
        "test_whoever_left_slack_is_not_asked_about_the_others",
        "core/users/rows/queries.py",
        "ADMINISTRATOR, ~has_left_slack)",
        "ADMINISTRATOR, true())",
    ),
    Mutation(
        "test_an_authority_with_an_administrator_is_out_of_reach",
        "core/administration/administrator_naming.py",
        "    if not is_without_administrator(tx, authority_id):\n",
        "    if False:\n",
    ),
    Mutation(
        "test_another_user_is_named_administrator",
        "core/administration/administrator_naming.py",
        "    notices.queue_notice(tx, notice, now)\n",
        "",
    ),
    Mutation(
        "test_who_is_named_must_be_able_to_act",
        "core/administration/administrator_naming.py",
        "    require_eligible(member, key.team_id, MEMBER)\n",
        "",
    ),
    Mutation(
        "test_one_wrong_row_stops_the_whole_file",
        "bot/cli/user_link.py",
        "    if move.faults:\n",
        "    if False:\n",
    ),
    Mutation(
        "test_nothing_is_changed_while_slack_cannot_be_asked",
        "bot/cli/slack_lookup.py",
        "    except (SlackRefused, SlackUnreachable) as error:\n",
        "    except SlackRefused as error:\n",
    ),
    Mutation(
        "test_a_member_linked_anew_closes_the_question",
        "core/accounts/relinking.py",
        "    leavers.close(tx, before.id, None, now)\n",
        "",
    ),
)
