"""Tests of the page with what is kept about a person."""

from core.rulebook import Rulebook
from handlers.me.own_data_page import own_data_page


def test_kinds_and_acts_of_another_version_are_shown_by_their_names(rulebook: Rulebook) -> None:
    """A database may hold names that this version does not know; the page is still whole."""
    moment = "2026-03-02T12:00:00+00:00"
    found = {
        "taken_at": moment,
        "messages": [{"kind": "a_new_kind", "queued_at": moment}],
        "record_of_what_was_done": [{"act": "a_new_act", "at": moment, "details": {}}],
    }

    page = own_data_page(found, rulebook.catalogue, "UTC", "en").text

    assert "a_new_kind" in page
    assert "a_new_act" in page


def test_a_request_is_shown_with_the_reason_of_a_refusal(rulebook: Rulebook) -> None:  # D11
    moment = "2026-03-02T12:00:00+00:00"
    requests = [
        {"requested_at": moment, "reason": "Please call me."},
        {"requested_at": moment, "reason": None},
    ]
    found = {"taken_at": moment, "requests_for_a_password": requests}

    page = own_data_page(found, rulebook.catalogue, "UTC", "en").text

    assert "2 Mar 2026, 12:00 UTC · Please call me." in page
    assert "<li>2 Mar 2026, 12:00 UTC</li>" in page
