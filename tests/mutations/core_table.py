"""Mutations of `core/`: the audit trail, passwords, sessions, members and permissions."""

from tests.mutations.mutation import Mutation

CORE: tuple[Mutation, ...] = (
    Mutation(
        "test_a_change_in_the_database_is_found",
        "core/audit/chain.py",
        "not _is_hash_right(entry) or not self._are_details_right(entry)",
        "not self._are_details_right(entry)",
    ),
    Mutation(
        "test_a_purge_accounts_only_for_earlier_erasures",
        "core/audit/chain.py",
        "if user_id not in self._purges_seen and purge.salt:",
        "if purge.salt:",
    ),
    Mutation(
        "test_nothing_is_signed_over_a_trail_that_was_changed",
        "core/audit/signing.py",
        "    for finding in walk.finish(number, entry_hash):\n",
        "    for finding in walk.finish(number, entry_hash)[:0]:\n",
    ),
)
