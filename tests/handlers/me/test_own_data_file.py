"""Tests of the file with all data stored about a person."""

import json

from core.audit.rules import Act
from core.languages.texts import texts
from core.rulebook import Rulebook
from handlers.me.own_data_file import own_data_file
from handlers.ui.audit_act_names import audit_act_names


def test_acts_and_roles_are_named_in_the_persons_language(rulebook: Rulebook) -> None:
    found = {
        "taken_at": "2026-03-02",
        "account": [{"id": 7}],
        "record_of_what_was_done": [{"act": "signed_in"}, {"act": "written_by_somebody"}],
        "roles": [{"module": "PQ", "role": "BASIC"}, {"module": "", "role": "ADMIN"}],
    }

    told = json.loads(own_data_file(found, rulebook.catalogue, "da").text)

    catalogue = rulebook.catalogue
    assert (told["taken_at"], told["account"]) == ("2026-03-02", [{"id": 7}])
    assert told["record_of_what_was_done"][0] == {
        "in_words": audit_act_names(texts("da"))[Act.SIGNED_IN],
        "act": "signed_in",
    }
    assert told["record_of_what_was_done"][1]["in_words"] == ""
    names = [row["in_words"] for row in told["roles"]]
    basic = next(role for role in catalogue.roles_in(("PQ",)) if role.role == "BASIC")
    module, role = catalogue.name_of_module("PQ", "da"), catalogue.name_of_role(basic, "da")
    assert names[0] == f"{module}: {role}"
    assert names[1] == "Administrator"
