"""Tests of the texts for the states of accounts and passwords."""

import pytest

from core.languages.texts import texts
from core.users.status import AccountState, PasswordState
from handlers.ui.account_states import account_state_text, password_state_text


@pytest.mark.parametrize("language", ["en", "da"])
def test_each_state_has_a_text_of_its_own(language: str) -> None:  # R76-R78
    t = texts(language)

    text = [account_state_text(state, t) for state in AccountState]
    text += [password_state_text(state, t) for state in PasswordState]

    assert len(set(text)) == len(AccountState) + len(PasswordState)
