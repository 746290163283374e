"""Mutations of what is kept of Slack members, and of what their events change (D14, D21)."""

from tests.mutations.mutation import Mutation

MEMBERS: tuple[Mutation, ...] = (
    Mutation(
        "test_of_a_user_the_time_zone_is_kept_and_neither_name_nor_address",
        "core/members/rules.py",
        "address = member.email if member.email_confirmed and not is_user else None",
        "address = member.email if member.email_confirmed else None",
    ),
    Mutation(
        "test_of_a_user_the_time_zone_is_kept_and_neither_name_nor_address",
        "core/members/rules.py",
        "        tz=member.tz if is_user else None,\n",
        "        tz=None,\n",
    ),
    Mutation(
        "test_a_cleared_link_is_not_restored_automatically",
        "core/accounts/slack_members.py",
        "    if users.was_linked(tx, user.id):\n",
        "    if False:\n",
    ),
    Mutation(
        "test_a_question_is_closed_when_the_member_is_back",
        "core/leavers/service.py",
        "    if fault is None:\n        close(tx, user.id, None, now)\n",
        "    if fault is None:\n        pass\n",
    ),
    Mutation(
        "test_an_older_event_that_arrives_late_changes_nothing",
        "core/members/rows.py",
        "            where=or_(known.is_(None), new.is_(None), known <= new),\n",
        "",
    ),
    Mutation(
        "test_the_nightly_comparison_stores_nobody_who_is_no_user",
        "core/accounts/slack_members.py",
        "    if forget_unless_user(tx, member.key):\n",
        "    if False:\n",
    ),
    Mutation(
        "test_whoever_was_refused_or_only_picked_is_forgotten_the_next_night",
        "core/accounts/slack_members.py",
        "    member_rows.forget(tx, key)\n",
        "",
    ),
    Mutation(
        "test_a_removed_user_is_no_longer_among_the_members",
        "core/accounts/slack_members.py",
        "    member_rows.forget(tx, key)\n",
        "",
    ),
    Mutation(
        "test_a_removed_user_sees_no_user_of_the_authority",
        "handlers/removals/listeners.py",
        "        self._home.refresh_all(client, members)\n",
        "        del client, members\n",
    ),
    Mutation(
        "test_a_user_exports_all_data_stored_about_them",
        "core/accounts/own_data.py",
        '    {"hash", "token_digest",',
        '    {"token_digest",',
    ),
    Mutation(
        "test_entities_are_not_expanded",
        "core/imports/workbooks.py",
        "from defusedxml.ElementTree import iterparse\n",
        "from xml.etree.ElementTree import iterparse as parse_without_limits\n"
        "from openpyxl.worksheet import _reader\n"
        "_reader.iterparse = parse_without_limits\n"
        "def iterparse(part, events, forbid_dtd):\n"
        "    return parse_without_limits(part, events)\n",
    ),
)
