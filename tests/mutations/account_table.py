"""The mutations (deliberate bugs) of the modules of `core/` about people and their accounts."""

from tests.mutations.mutation import Mutation

ACCOUNTS: tuple[Mutation, ...] = (
    Mutation(
        "test_after_three_years_only_a_pseudonym_is_kept",
        "core/accounts/purge.py",
        "        passwords.delete_all,\n",
        "",
    ),
    Mutation(
        "test_a_removed_users_data_is_erased_step_by_step",
        "core/accounts/purge.py",
        "        reminders.delete_all,\n",
        "",
    ),
    Mutation(
        "test_the_audit_trail_stays_verifiable_and_records_the_erasure",
        "core/accounts/purge.py",
        "        audit_rows.erase_details,\n",
        "",
    ),
    Mutation(
        "test_other_people_are_anonymous_in_the_export",
        "core/accounts/own_data.py",
        'return "you" if value == user_id else "someone else"',
        "return value",
    ),
    Mutation(
        "test_every_column_with_the_id_of_a_person_is_searched",
        "core/accounts/own_data.py",
        '("user_id", "recipient_id")),',
        '("user_id",)),',
    ),
    Mutation(
        "test_the_export_has_rows_of_every_source",
        "core/accounts/own_data.py",
        "_rows(tx, source, principal.user_id) for source in SOURCES}",
        "_rows(tx, source, principal.user_id) for source in SOURCES[:3]}",
    ),
    Mutation(
        "test_every_table_is_exported_or_is_not_about_people",
        "core/accounts/own_data.py",
        '    DataSource("sessions", sessions),\n',
        "",
    ),
    Mutation(
        "test_a_reset_voids_the_password_and_ends_sessions",
        "core/resets/service.py",
        "    sessions.end_of_user(tx, user.id)\n    audit_event",
        "    audit_event",
    ),
    Mutation(
        "test_a_removal_ends_access_at_once_and_is_on_record",
        "core/accounts/removal.py",
        "    sessions.end_of_user(tx, user.id)\n",
        "",
    ),
    Mutation(
        "test_every_column_is_erased_or_kept_for_a_reason",
        "core/accounts/purge.py",
        "        requests.erase_reasons,\n",
        "",
    ),
    Mutation(
        "test_a_removed_user_is_blocked_at_once",
        "core/accounts/removal.py",
        "    reminders.cancel(tx, user.id)\n",
        "",
    ),
    Mutation(
        "test_a_removal_closes_the_question",
        "core/accounts/removal.py",
        "    leavers.close(tx, user.id, by.id, now)\n",
        "",
    ),
    Mutation(
        "test_an_administrator_cannot_change_their_own_slack_member",
        "core/accounts/editing.py",
        '    if "member" in changed and user.id == by.id:\n',
        '    if "member" in changed and user.id == -by.id:\n',
    ),
    Mutation(
        "test_the_old_address_gets_a_notice",
        "core/accounts/editing.py",
        "        deliveries.queue(tx, [to_old_address], now)\n",
        "        del to_old_address\n",
    ),
    Mutation(
        "test_a_username_that_e_mails_expose_is_refused",
        "core/users/mail_exposure.py",
        "        return username in self._shown and bool(",
        "        return username not in self._shown and bool(",
    ),
    Mutation(
        "test_no_mail_contains_the_username_of_anybody_in_it",
        "bot/delivery/dispatch.py",
        "(without_shown_usernames(context))",
        "(context)",
    ),
    Mutation(
        "test_a_text_for_somebody_else_must_not_contain_a_username",
        "core/users/mail_exposure.py",
        "    if contains_username(lines, usernames):",
        "    if not contains_username(lines, usernames):",
    ),
    Mutation(
        "test_an_administrator_cannot_send_their_own_temporary_password_again",
        "core/deliveries/service.py",
        "    if old.kind == DeliveryKind.TEMPORARY_PASSWORD and old.user_id == principal.user_id:\n        raise OwnPasswordError",
        "    if old.kind == DeliveryKind.TEMPORARY_PASSWORD and old.user_id == -principal.user_id:\n        raise OwnPasswordError",
    ),
    Mutation(
        "test_an_administrator_cannot_undo_a_demotion_that_is_being_committed",
        "core/users/principals.py",
        "    authorities.lock_row(tx, principal.authority_id, shared=shared)\n    by, authority =",
        "    by, authority =",
        needs_postgres=True,
    ),
)
