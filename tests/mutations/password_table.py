"""The mutations (deliberate bugs) of `core/passwords`."""

from tests.mutations.mutation import Mutation

PASSWORDS: tuple[Mutation, ...] = (
    Mutation(
        "test_passwords_that_attackers_try_first_are_common",
        "core/passwords/blocklist.py",
        "        or not _words().isdisjoint(undisguised)\n",
        "",
    ),
    Mutation(
        "test_over_three_thousand_leaked_passwords_that_fit_the_policy_are_common",
        "core/passwords/blocklist.py",
        'own_words.union(_lines("leaked_passwords.txt"))',
        "own_words",
    ),
    Mutation(
        "test_the_authoritys_name_is_refused_as_a_password",
        "core/passwords/blocklist.py",
        "        or not undisguised.isdisjoint(nearby)\n",
        "",
    ),
    Mutation(
        "test_every_broken_rule_is_reported",
        "core/passwords/rules.py",
        "PasswordRule.NUMBER: any(map(str.isdecimal, text))",
        "PasswordRule.NUMBER: True",
    ),
    Mutation(
        "test_each_broken_rule_is_marked",
        "core/passwords/rules.py",
        "PasswordRule.UPPER_CASE: any(map(str.isupper, text))",
        "PasswordRule.UPPER_CASE: True",
    ),
    Mutation(
        "test_the_length_limits_come_from_the_policy",
        "core/passwords/rules.py",
        "len(text) >= policy.password_min_length",
        "len(text) >= 8",
    ),
    Mutation(
        "test_a_password_may_be_long_and_have_any_sign",
        "core/passwords/rules.py",
        "len(text) <= policy.password_max_length",
        "len(text) <= 64",
    ),
    Mutation(
        "test_a_text_of_many_accents_is_refused_quickly",
        "core/passwords/rules.py",
        "    if len(password.reveal()) > LONGEST_TYPED:\n        return (",
        "    if len(password.reveal()) < 0:\n        return (",
    ),
    Mutation(
        "test_only_the_right_password_matches",
        "core/passwords/hashing.py",
        "return bool(verified) and len(data) <= _LONGEST_BYTES",
        "return bool(data)",
    ),
    Mutation(
        "test_a_password_cut_at_the_librarys_limit_does_not_match",
        "core/passwords/hashing.py",
        "return bool(verified) and len(data) <= _LONGEST_BYTES",
        "return bool(verified)",
    ),
    Mutation(
        "test_composed_and_decomposed_accents_match",
        "core/passwords/rules.py",
        'unicodedata.normalize("NFC", password.reveal())',
        "password.reveal()",
    ),
    Mutation(
        "test_a_temporary_password_has_at_least_128_bits",
        "core/passwords/temporary.py",
        "_GROUPS = 6\n",
        "_GROUPS = 5\n",
    ),
    Mutation(
        "test_every_random_choice_satisfies_the_password_rules",
        "core/passwords/temporary.py",
        "choose(_LOWER), choose(_DIGITS)]",
        "choose(_LOWER), choose(_LOWER)]",
    ),
    Mutation(
        "test_a_temporary_password_ends_the_sessions",
        "core/passwords/service.py",
        "    sessions.end_of_user(tx, user_id)\n    status =",
        "    status =",
    ),
    Mutation(
        "test_a_temporary_password_cannot_be_chosen",
        "core/passwords/service.py",
        "        if current not in hashes:\n            hashes.append(current)\n",
        "        del current\n",
    ),
    Mutation(
        "test_five_chosen_hashes_are_kept_and_used_temporary_hashes_deleted",
        "core/passwords/service.py",
        "    rows.trim_history(tx, user.id, policy.password_history)\n",
        "",
    ),
    Mutation(
        "test_the_last_five_passwords_are_refused_and_the_sixth_is_not",
        "core/passwords/service.py",
        "rows.history(tx, user_id, policy.password_history)",
        "rows.history(tx, user_id, policy.password_history - 1)",
    ),
    Mutation(
        "test_a_password_replaced_meanwhile_is_not_overwritten",
        "core/passwords/service.py",
        "    if user.password_id != choice.replaces_id or user.status",
        "    if user.status",
    ),
)
