"""The mutations (deliberate bugs) of mails, logs and exported files."""

from tests.mutations.mutation import Mutation

MAIL: tuple[Mutation, ...] = (
    Mutation(
        "test_without_starttls_no_mail_leaves_this_machine",
        "bot/mail/smtp.py",
        '        if not smtp.supports_extension("starttls"):\n            reason',
        '        if not smtp.supports_extension("starttls"):\n            return\n            reason',
    ),
    Mutation(
        "test_a_name_in_a_header_cannot_inject_anything",
        "bot/mail/headers.py",
        " and _ENCODED_WORD not in text",
        "",
    ),
    Mutation(
        "test_each_event_is_one_line_with_its_time_in_utc",
        "bot/monitoring/logs.py",
        'structlog.processors.TimeStamper(fmt="iso", utc=True)',
        'structlog.processors.TimeStamper(fmt="iso", utc=False)',
    ),
    Mutation(
        "test_no_cell_of_the_exported_list_is_a_formula",
        "handlers/ui/csv_files.py",
        '_FORMULA[delimiter].sub(r"\\1\'", cell)',
        "cell",
    ),
    Mutation(
        "test_escaped_text_is_shown_as_typed",
        "handlers/ui/markdown.py",
        ".translate(_ENTITIES)",
        ".translate({})",
    ),
    Mutation(
        "test_a_stack_of_combining_marks_is_handled_quickly",
        "core/text/characters.py",
        "_limit_marks(text, _STREAM_SAFE_MARKS))",
        "text)",
    ),
)
