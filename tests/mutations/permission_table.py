"""Mutations of who may do what in Slack: roles, authorities, senders, malformed requests."""

from tests.mutations.mutation import Mutation

_ADMINISTRATOR = (
    "    if user is None or user.removed_at is not None or not user.administrator:\n"
    '        raise NotAdministratorError("Only'
)
_ANY_USER = (
    '    if user is None or user.removed_at is not None:\n        raise NotAdministratorError("Only'
)
_OWN_AUTHORITY = (
    "    if user is None or user.authority_id != authority_id or user.removed_at is not None:\n"
)
_ANY_AUTHORITY = "    if user is None or user.removed_at is not None:\n"

PERMISSIONS: tuple[Mutation, ...] = (
    Mutation(
        "test_an_access_manager_cannot_reach_ordinary_users",
        "core/users/reset_permissions.py",
        "return user.administrator and own.manages(",
        "return own.manages(",
    ),
    Mutation(
        "test_every_page_of_the_portal_has_a_permission",
        "bot/portal/app.py",
        '        Route("/account", account.show_account),\n',
        '        Route("/account", account.show_account),\n'
        '        Route("/back-door", account.show_account),\n',
    ),
    Mutation(
        "test_each_command_is_allowed_exactly_as_in_the_permission_table",
        "core/users/principals.py",
        _ADMINISTRATOR,
        _ANY_USER,
    ),
    Mutation(
        "test_an_administrator_demoted_meanwhile_is_refused_on_submission",
        "core/users/principals.py",
        _ADMINISTRATOR,
        _ANY_USER,
    ),
    Mutation(
        "test_every_submission_is_refused_after_losing_the_permission",
        "core/users/principals.py",
        _ADMINISTRATOR,
        _ANY_USER,
    ),
    Mutation(
        "test_every_submission_is_refused_after_losing_the_permission",
        "handlers/principals.py",
        "    def _context_in(self, tx: Connection, found: MemberWithUser) -> RequestContext:\n"
        "        require_eligible(found.member, self._team_id)\n",
        "    def _context_in(self, tx: Connection, found: MemberWithUser) -> RequestContext:\n",
    ),
    Mutation(
        "test_requests_of_people_without_an_account_change_nothing",
        "handlers/principals.py",
        "    def _context_in(self, tx: Connection, found: MemberWithUser) -> RequestContext:\n"
        "        require_eligible(found.member, self._team_id)\n",
        "    def _context_in(self, tx: Connection, found: MemberWithUser) -> RequestContext:\n",
    ),
    Mutation(
        "test_requests_of_ordinary_users_change_nothing_of_others",
        "core/users/principals.py",
        _ADMINISTRATOR,
        _ANY_USER,
    ),
    Mutation(
        "test_a_stranger_with_a_colleagues_id_is_no_colleague",
        "handlers/principals.py",
        "return is_ours and member.home_team_id == key.team_id",
        "return is_ours",
    ),
    Mutation(
        "test_no_forged_modal_reaches_another_authority",
        "core/users/rows/users.py",
        _OWN_AUTHORITY,
        _ANY_AUTHORITY,
    ),
    Mutation(
        "test_no_forged_button_reaches_another_authority",
        "core/users/rows/users.py",
        _OWN_AUTHORITY,
        _ANY_AUTHORITY,
    ),
    Mutation(
        "test_no_sequence_of_actions_reveals_another_authority",
        "core/users/rows/word_search.py",
        "            users_table.c.authority_id == authority_id, not_removed, word_condition",
        "            not_removed, word_condition",
    ),
    Mutation(
        "test_no_sequence_of_actions_reveals_another_authority",
        "core/users/rows/users.py",
        _OWN_AUTHORITY,
        _ANY_AUTHORITY,
    ),
    Mutation(
        "test_answers_do_not_depend_on_users_of_other_authorities",
        "core/users/rows/word_search.py",
        "            users_table.c.authority_id == authority_id, not_removed, word_condition",
        "            not_removed, word_condition",
    ),
    Mutation(
        "test_a_refusal_is_logged_by_its_type",
        "handlers/principals.py",
        'log.info("request_refused", refusal=type(refusal).__name__, user=user_id)',
        'log.info("request_refused", refusal=str(refusal), user=user_id)',
    ),
    Mutation(
        "test_a_refusal_is_logged_by_its_type",
        "handlers/principals.py",
        "    user_id = None if principal is None else principal.user_id\n",
        "    user_id = None\n",
    ),
    Mutation(
        "test_no_malformed_payload_causes_an_unexpected_error",
        "handlers/register.py",
        "        if isinstance(error, BadPayloadError):\n",
        "        if False:\n",
    ),
    Mutation(
        "test_a_hostile_string_in_a_field_is_refused_or_harmless",
        "handlers/ui/markdown.py",
        ".translate(_ENTITIES)",
        "",
    ),
    Mutation(
        "test_a_body_that_is_too_large_is_not_read_completely",
        "bot/web/slack_requests.py",
        "        if (_stated_length(scope) or 0) > MAX_BODY_BYTES:\n",
        "        if False:\n",
    ),
    Mutation(
        "test_a_repeated_request_changes_nothing_twice",
        "core/resets/service.py",
        "    if earlier is not None and not is_over(earlier, policy, now):\n        return earlier\n",
        "",
    ),
    Mutation(
        "test_the_same_requests_are_answered_when_slack_signed_them",
        "bot/slack/signature.py",
        "        signed.update(body)\n",
        "",
    ),
)
