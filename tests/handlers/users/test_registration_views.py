"""Tests of whole views of the two steps of registration."""

import json
from dataclasses import replace

from core.catalogue.rules import Catalogue, Module, Role
from core.languages.tags import LANGUAGES
from core.languages.texts import texts
from core.rulebook import Rulebook
from handlers.ui.person_fields import UserDraft
from handlers.ui.role_checkboxes import RoleFormContext
from handlers.users import registration_views
from tests.handlers.block_kit import (
    Json,
    actions,
    alert,
    button,
    divider,
    field,
    line,
    modal,
    option,
    plain,
    section,
)
from tests.handlers.sample_values import HEALTH

ROLES = {
    "PR:BASIC": "Basic user",
    "PR:REQ_HANDLER": "Request handler",
    "PR:ALLOCATOR": "Allocator",
    "PR:REF_HANDLER": "Referral handler",
}
DESCRIPTIONS = {
    "PR:BASIC": "Sees the exchanges in this module, but cannot change them",
    "PR:REQ_HANDLER": "Sends requests to other authorities and answers their requests",
    "PR:ALLOCATOR": "Assigns incoming requests to the users who handle them",
    "PR:REF_HANDLER": "Handles requests that are referred to a coordinator",
}
DRAFT = UserDraft(
    language="da",
    member="U0IDA",
    first_name="Ida",
    last_name="Møller",
    email="ida@health.example",
    phone="33445566",
    roles=("PR:BASIC", ":ADMIN"),
    username="imoeller",
    filled="U0IDA",
    round=1,
)


def setting(rulebook: Rulebook, administrators: int = 2) -> RoleFormContext:
    return RoleFormContext(HEALTH, rulebook.catalogue, administrators, 2)


def languages(**chosen: object) -> Json:
    options = [option(code, texts("en").language_name(code)) for code in LANGUAGES]
    return {"type": "static_select", "action_id": "language", "options": options, **chosen}


def ticks(action_id: str, offered: dict[str, str], *held: str) -> Json:
    by_value = {value: option(value, text) for value, text in offered.items()}
    for value in by_value.keys() & DESCRIPTIONS.keys():
        by_value[value]["description"] = plain(DESCRIPTIONS[value])
    options = list(by_value.values())
    initial = {"initial_options": [by_value[value] for value in held]}
    element = {"type": "checkboxes", "action_id": action_id, "options": options}
    return {**element, **(initial if held else {})}


def catalogue_with(number: int, name: str = "Role") -> Catalogue:
    roles = tuple(Role(f"R{n}", {"en": f"{name} {n}"}) for n in range(number))
    return Catalogue((), (Module("PR", {"en": "Patients"}, roles),))


def module_field(catalogue: Catalogue, draft: UserDraft) -> Json | None:
    drawn = registration_views.form(draft, RoleFormContext(HEALTH, catalogue, 2, 2), "en")
    return next((block for block in drawn["blocks"] if block["block_id"] == "roles_PR"), None)


def test_the_form_opens_empty_in_the_persons_language(rulebook: Rulebook) -> None:  # R41-R48, R39
    drawn = registration_views.form(
        UserDraft(language="en"), setting(rulebook, administrators=1), "en"
    )

    assert drawn == modal(
        "adduser_form",
        ("Add a user", "Cancel", "Next"),
        '{"chosen":"","filled":"","round":0}',
        field(
            "member",
            "Slack member",
            {"type": "users_select", "action_id": "member"},
            "Choosing a Slack member fills in name, e-mail and language; the username"
            " is sent to that member.",
            dispatch_action=True,
            optional=True,
        ),
        field("first_name:0", "First name", line("first_name", max_length=80)),
        field("last_name:0", "Last name", line("last_name", max_length=80)),
        field("language:0", "Working language", languages(initial_option=option("en", "English"))),
        field(
            "email:0",
            "E-mail",
            {"type": "email_text_input", "action_id": "email"},
            "Each user must have an e-mail address of their own.",
        ),
        field("phone", "Telephone", line("phone"), optional=True),
        divider(6),
        section("section_7", "*Roles: Health &amp; Care*"),
        field("roles_PR", "Patients' rights", ticks("roles_PR", ROLES), optional=True),
        field(
            "administrator",
            "Administrator",
            ticks("administrator", {":ADMIN": "Registers and manages the authority's users"}),
            "Your authority has too few administrators. Another administrator can"
            " stand in for you.",
            optional=True,
        ),
    )


def test_a_draft_is_shown_in_the_form_as_it_was_typed(rulebook: Rulebook) -> None:
    drawn = registration_views.form(DRAFT, setting(rulebook), "en", problem="Look here.")

    first, *rest = drawn["blocks"]
    assert first == alert("refused", "Look here.", "warning")
    elements = {block["block_id"]: block["element"] for block in rest if "element" in block}
    assert {key: elements[key] for key in elements if key != "language:1"} == {
        "member": {"type": "users_select", "action_id": "member", "initial_user": "U0IDA"},
        "first_name:1": line("first_name", max_length=80, initial_value="Ida"),
        "last_name:1": line("last_name", max_length=80, initial_value="Møller"),
        "email:1": {
            "type": "email_text_input",
            "action_id": "email",
            "initial_value": "ida@health.example",
        },
        "phone": line("phone", initial_value="33445566"),
        "roles_PR": ticks("roles_PR", ROLES, "PR:BASIC"),
        "administrator": ticks(
            "administrator", {":ADMIN": "Registers and manages the authority's users"}, ":ADMIN"
        ),
    }
    assert elements["language:1"]["initial_option"] == option("da", "Dansk")
    assert json.loads(drawn["private_metadata"]) == {"chosen": "", "filled": "U0IDA", "round": 1}


def test_the_second_step_shows_what_will_be_saved(rulebook: Rulebook) -> None:  # R51, R52
    drawn = registration_views.check(DRAFT, setting(rulebook), "en", rulebook.policy)

    text = (
        "*Ida Møller*\nWorking language: Dansk\nE-mail: ida@health.example\nTelephone: 33445566\n"
        "Slack member: <@U0IDA>\n• Administrator\n• Patients' rights: Basic user"
    )
    travels = (
        '{"language":"da","member":"U0IDA","first_name":"Ida","last_name":"Møller",'
        '"email":"ida@health.example","phone":"33445566","roles":["PR:BASIC",":ADMIN"],'
        '"username":"imoeller","chosen":"","filled":"U0IDA","round":1}'
    )
    assert drawn == modal(
        "adduser_check",
        ("Check and save", "Cancel", "Save"),
        travels,
        section("section_0", text),
        actions("adduser_back", button("adduser_back", "Back", value="back")),
        field(
            "username",
            "Username",
            line("username", initial_value="imoeller"),
            "Generated from the name; you can change it. Allowed: a-z, 0-9, dot, hyphen"
            " and underscore. Number of characters: 3 to 30.",
        ),
    )


def test_the_summary_omits_empty_fields(rulebook: Rulebook) -> None:
    bare = replace(DRAFT, member="", phone="", roles=())

    (shown, *_) = registration_views.check(bare, setting(rulebook), "en", rulebook.policy)["blocks"]

    assert shown == section(
        "section_0",
        "*Ida Møller*\nWorking language: Dansk\nE-mail: ida@health.example\nNo roles yet.",
    )


def test_the_longest_names_fit_into_the_metadata(rulebook: Rulebook) -> None:
    catalogue = rulebook.catalogue
    roles = tuple(map(str, catalogue.roles_in(module.code for module in catalogue.modules)))
    longest = replace(DRAFT, first_name="Ж" * 80, last_name="Ж" * 80, email="ж" * 254, roles=roles)

    drawn = registration_views.check(longest, setting(rulebook), "en", rulebook.policy)

    # Slack's limit: https://docs.slack.dev/reference/views/modal-views
    assert len(drawn["private_metadata"]) <= 3000


def test_more_than_ten_roles_are_shown_as_a_menu() -> None:
    drawn = module_field(catalogue_with(11), replace(DRAFT, roles=("PR:R3",)))

    assert drawn is not None
    assert drawn["element"] == {
        "type": "multi_static_select",
        "action_id": "roles_PR",
        "options": [option(f"PR:R{n}", f"Role {n}") for n in range(11)],
        "initial_options": [option("PR:R3", "Role 3")],
    }


def test_a_roles_long_name_is_cut_to_slacks_limit() -> None:
    drawn = module_field(catalogue_with(1, name="R" * 90), DRAFT)

    assert drawn is not None
    assert drawn["element"]["options"][0]["text"] == plain("R" * 75)


def test_a_module_without_roles_has_no_field() -> None:
    assert module_field(catalogue_with(0), DRAFT) is None
