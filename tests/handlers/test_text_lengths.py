"""Tests that each text fits the place in Slack where it is shown, in every language."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from core.languages.tags import LANGUAGES
from core.languages.texts import texts
from tests.handlers.text_places import BUTTON, PLACEHOLDER, TITLE, Message, Place, Search

PLACES = tuple(Search().places())
# The longest number that a text in such a place holds: the users of an import.
LONGEST_NUMBER = "10000"


def shown(message: Message, language: str) -> list[str]:
    t = texts(language)
    if message.many:
        forms = {t.translations.ngettext(message.text, message.many, n) for n in range(200)}
    elif message.context:
        forms = {t.translations.pgettext(message.context, message.text)}
    else:
        forms = {t.translations.gettext(message.text)}
    return [form.replace("{number}", LONGEST_NUMBER) for form in sorted(forms)]


def too_long(place: Place, language: str) -> list[str]:
    texts_shown = [text for message in place.messages for text in shown(message, language)]
    return [text for text in texts_shown if len(text) > place.limit or re.search(r"{\w+}", text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_keeps_the_limit_of_its_place_in_slack(language: str) -> None:  # issue 16
    assert {place.where: text for place in PLACES if (text := too_long(place, language))} == {}


def test_each_place_with_a_limit_is_followed_to_its_texts() -> None:
    # A place that cannot be followed needs a text that is cut, as `text[:LONGEST_OPTION]`.
    assert {place.where: place.unknown for place in PLACES if place.unknown} == {}
    limits = [place.limit for place in PLACES]
    assert limits.count(TITLE) > 80
    assert limits.count(BUTTON) > 60
    assert limits.count(PLACEHOLDER) > 5


def test_a_text_is_followed_through_variables_parameters_and_functions(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(
        dedent("""
        def one(t, known):
            title = _("A") if known else t.ngettext("{number} B", "{number} Bs", 2)
            return ModalView(title=PlainText(title), close=PlainText(named(t)["x"]))

        def named(t):
            return {"x": t.gettext("C"), "y": t.pgettext("of a user", "D")}

        def two(t, user):
            return _button(_("E"))

        def _button(text):
            return Button(text, "id", placeholder=PlainText(user.name))
        """)
    )

    title, close, button, placeholder = Search(tmp_path).places()

    assert title.messages == {Message("A"), Message("{number} B", "{number} Bs")}
    assert close.messages == {Message("C"), Message("D", context="of a user")}
    assert button.messages == {Message("E")}
    assert (placeholder.limit, placeholder.unknown) == (PLACEHOLDER, ("user.name",))


def test_a_text_that_is_too_long_is_found() -> None:
    title = Place("views.py:1", TITLE, frozenset({Message("x" * 25), Message("{name}")}), ())

    assert sorted(too_long(title, "en")) == ["x" * 25, "{name}"]
