"""Mutations of what people hand in: files of users, and names that go out."""

from tests.mutations.mutation import Mutation

FILES: tuple[Mutation, ...] = (
    Mutation(
        "test_a_zip_bomb_is_not_unpacked",
        "core/imports/workbooks.py",
        " or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES",
        "",
    ),
    Mutation(
        "test_rows_and_cells_are_bounded",
        "core/imports/workbooks.py",
        "        budget.spend(len(row))\n",
        "",
    ),
    Mutation(
        "test_no_single_name_is_read_wrongly_in_any_code_page",
        "core/imports/code_pages.py",
        "return any(\n            self.usual[place] == Likeness.MEANT > other.likeness[place]"
        " for place in differing\n        ) and",
        "return",
    ),
    Mutation(
        "test_the_names_are_shown_before_the_button",
        "handlers/imports/views.py",
        "        *_new_users(import_report, t),\n",
        "",
    ),
    Mutation(
        "test_a_name_that_is_a_sentence_reaches_no_mail",
        "core/users/names.py",
        "    if holds_web_address(name):\n        yield NameFault.WEB_ADDRESS\n",
        "",
    ),
    Mutation(
        "test_an_authority_cannot_be_called_a_web_address",
        "core/authorities/field_checks.py",
        "    if holds_web_address(title):\n        raise WebAddressError(field)\n",
        "",
    ),
    Mutation(
        "test_a_title_cannot_become_a_web_address",
        "core/authorities/details.py",
        "return text if is_stored else title_of(text, field, limit)",
        "return text if is_stored else required_line(text, field, limit)",
    ),
)
