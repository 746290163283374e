"""Tests that the `repr` of an installed app hides its secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox import AppInstall


def test_the_secrets_of_the_app_are_not_in_its_repr(install: AppInstall) -> None:
    assert "xoxb" not in repr(install)
    assert "signing" not in repr(install)
