"""Mutations of what keeps secrets and personal data where they belong, and messages from loss."""

from tests.mutations.mutation import Mutation

SECRETS: tuple[Mutation, ...] = (
    Mutation(
        "test_no_secret_and_nothing_about_a_person_is_in_it",
        "bot/cli/support_parts.py",
        "    return MASKED\n",
        "    return str(value)\n",
    ),
    Mutation(
        "test_no_failing_command_prints_a_planted_secret",
        "bot/cli/support_parts.py",
        "    return MASKED\n",
        "    return str(value)\n",
    ),
    Mutation(
        "test_no_folder_is_in_it",
        "bot/cli/support_bundle.py",
        "without_folders(text, files) for",
        "text for",
    ),
    Mutation(
        "test_no_secret_and_nothing_about_a_person_is_in_it",
        "bot/cli/support_parts.py",
        "found.without_names().as_json()",
        "found.as_json()",
    ),
    Mutation(
        "test_secrets_do_not_leak_in_the_main_job",
        "bot/mail/temporary_password.py",
        '        "name": full_name(user, user.language),\n',
        '        "name": user.username,\n',
    ),
    Mutation(
        "test_a_key_rotation_ends_no_session",
        "bot/portal/csrf.py",
        "keys = [key.reveal() for key in reversed(self.secret_keys)]",
        "keys = [self.secret_keys[0].reveal()]",
    ),
    Mutation(
        "test_no_planted_secret_leaks_in_normal_use",
        "bot/delivery/attempts.py",
        'log.info("delivery_sent", delivery=delivery.id, kind=delivery.kind)',
        'log.info("delivery_sent", delivery=delivery.id, kind=delivery.kind, details=str(delivery.details))',
    ),
    Mutation(
        "test_no_planted_secret_leaks_when_the_database_fails",
        "handlers/unexpected_errors.py",
        "error=error_name(error), code=code)",
        "error=str(error), code=code)",
    ),
    Mutation(
        "test_the_running_process_prints_no_planted_secret",
        "bot/monitoring/logs.py",
        "        logging.getLogger(name).setLevel(logging.ERROR)\n    root = logging.getLogger()\n",
        "        logging.getLogger(name).setLevel(logging.DEBUG)\n    root = logging.getLogger()\n"
        "    root.addHandler(logging.StreamHandler())\n",
    ),
    Mutation(
        "test_nothing_is_lost_or_sent_twice_when_killed_repeatedly",
        "bot/delivery/channels.py",
        "        if delivery.outcome_unknown:\n",
        "        if False:\n",
    ),
)
