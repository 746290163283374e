"""The mutations (deliberate bugs) of `core/audit`, `core/store` and the backup."""

from tests.mutations.mutation import Mutation

AUDIT: tuple[Mutation, ...] = (
    Mutation(
        "test_a_change_in_the_database_is_found",
        "core/audit/chain.py",
        "not _is_hash_right(entry) or not self._are_details_right(entry)",
        "not self._are_details_right(entry)",
    ),
    Mutation(
        "test_the_quick_check_passes_no_altered_row",
        "core/audit/stored_entries.py",
        "return bool(sha256(link.encode()).hexdigest() == hashes[1])",
        "return True",
    ),
    Mutation(
        "test_a_purge_accounts_only_for_earlier_erasures",
        "core/audit/chain.py",
        "if user_id not in self._purges_seen and purge.salt:",
        "if purge.salt:",
    ),
    Mutation(
        "test_every_kind_of_tampering_by_sql_is_found",
        "core/audit/verification.py",
        "        invalid=tuple(sorted(numbers - set(signed))),",
        "        invalid=(),",
    ),
    Mutation(
        "test_nothing_is_signed_over_a_trail_that_was_changed",
        "core/audit/signing.py",
        "    for finding in walk.finish(number, entry_hash):\n",
        "    for finding in walk.finish(number, entry_hash)[:0]:\n",
    ),
    Mutation(
        "test_a_cut_off_tail_is_detected_by_the_posted_checkpoint",
        "core/audit/verification.py",
        "    known = {**signed, **posted}\n",
        "    known = signed\n",
    ),
    Mutation(
        "test_a_database_error_does_not_quote_values",
        "core/store/error_redaction.py",
        "    error.__cause__ = None\n",
        "",
        needs_postgres=True,
    ),
    Mutation(
        "test_only_its_owner_can_read_the_sqlite_file",
        "core/store/sqlite.py",
        "os.O_EXCL | os.O_RDWR, 0o600",
        "os.O_EXCL | os.O_RDWR, 0o644",
    ),
    Mutation(
        "test_database_files_and_backups_are_readable_by_their_owner_alone",
        "core/store/sqlite.py",
        "                path.chmod(0o600)",
        "                path.stat()",
    ),
    Mutation(
        "test_database_files_and_backups_are_readable_by_their_owner_alone",
        "bot/cli/backup_file.py",
        "            os.fsync(out.fileno())\n",
        "            os.fsync(out.fileno())\n            os.fchmod(out.fileno(), 0o644)\n",
    ),
    Mutation(
        "test_an_operation_that_raises_is_rolled_back",
        "core/store/writer.py",
        "                    group[0].result = group[0].operation(transaction)\n",
        "                    try:\n                        group[0].result = group[0].operation(transaction)\n                    except Exception as failure:\n                        group[0].exception = failure\n",
    ),
    Mutation(
        "test_a_datetime_without_a_time_zone_is_refused",
        "core/store/columns.py",
        "        if value.tzinfo is None:\n            raise",
        "        if value.tzinfo is UTC:\n            raise",
    ),
    Mutation(
        "test_a_restore_reproduces_the_database",
        "core/store/backup.py",
        "(each for each in tables if each.name in present)",
        "(each for each in list(tables)[1:] if each.name in present)",
    ),
)
