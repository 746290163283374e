"""Tests of the readable lines about the details of audit entries."""

import pytest

from core.audit.rules import SYSTEM, Act, AuditEvent
from core.languages.texts import texts
from core.rulebook import Rulebook
from handlers.ui.audit_details import detail_lines

SAID = [
    (
        Act.TITLE_TRANSLATED,
        {"before": {"fr": ""}, "after": {"fr": "Santé"}},
        ["Français: – → Santé"],
    ),
    (Act.TITLE_TASK_OPENED, {"task": 1, "before": {"da": "Gammel"}}, ["Dansk: Gammel → –"]),
    (Act.USER_EDITED, {"fields": ["email", "phone"]}, ["Changed: e-mail address, telephone"]),
    (
        Act.USER_EDITED,
        {"fields": ["language"], "before": {"language": "da"}, "after": {"language": "en"}},
        ["working language: Dansk → English"],
    ),
    (
        Act.USER_EDITED,
        {"fields": ["member"], "before": {"member": ""}, "after": {"member": "U0IDA"}},
        ["Slack member: – → U0IDA"],
    ),
    (
        Act.AUTHORITY_EDITED,
        {"before": {"place": "Aarhus"}, "after": {"place": "Vejle"}, "on_behalf": True},
        ["Place: Aarhus → Vejle"],
    ),
    (
        Act.AUTHORITY_EDITED,
        {
            "before": {"country": "DK", "languages": "da en", "text_language": "da"},
            "after": {"country": "SE", "languages": "sv", "text_language": "sv"},
        },
        [
            "Country: Denmark → Sweden",
            "Working languages: Dansk, English → Svenska",
            "Language of title and description: Dansk → Svenska",
        ],
    ),
    (
        Act.USER_REGISTERED,
        {"language": "da", "roles": [":ADMIN", "PQ:ALERT_HANDLER"], "member": "U0IDA"},
        ["Roles assigned: Administrator; Professional qualifications: Alert handler"],
    ),
    (
        Act.ROLES_CHANGED,
        {"given": ["PR:BASIC"], "taken": ["PQ:BASIC"]},
        [
            "Roles assigned: Patients' rights: Basic user",
            "Roles removed: Professional qualifications: Basic user",
        ],
    ),
    (Act.MODULES_GRANTED, {"modules": ["SD", "PW"]}, ["Services, Posting of workers"]),
    (Act.COORDINATOR_FLAGGED, {"module": "SD", "flag": True}, ["Services"]),
    (
        Act.KEYWORDS_CHANGED,
        {"module": "PQ", "added": ["DOCTOR"], "taken": ["NURSE"], "on_behalf": False},
        [
            "Professional qualifications",
            "+ Doctor",
            "\N{MINUS SIGN} Nurse responsible for general care",
        ],
    ),
    (Act.SENT_AGAIN, {"kind": "username"}, ["Username by Slack message"]),
    (Act.PASSWORD_RESET, {"request": 3}, []),
    (Act.SENT_AGAIN, {"kind": "pigeon"}, []),
    # An entry that was tampered with must not break the page.
    (Act.AUTHORITY_EDITED, {"before": {"nonsense": "x"}, "after": {}}, []),
    (Act.ROLES_CHANGED, {"given": ["nonsense"]}, []),
    (Act.ROLES_CHANGED, {"given": "nonsense", "before": 7}, []),
]


@pytest.mark.parametrize(("act", "details", "lines"), SAID)
def test_details_are_shown_as_readable_lines(  # D22
    rulebook: Rulebook, act: Act, details: dict[str, object], lines: list[str]
) -> None:
    audit_event = AuditEvent(SYSTEM, act, 1, 7, details)

    assert detail_lines(audit_event, rulebook.catalogue, texts("en")) == lines
