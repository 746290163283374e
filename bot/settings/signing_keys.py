"""Splits the settings with signing keys: the first key signs, and all of them verify."""

from pydantic import SecretStr

from bot.settings.settings import Settings
from core.secret import Secret


def audit_keys(settings: Settings) -> tuple[Secret, ...]:
    """Return the keys for audit checkpoints; if none are set, those of the portal."""
    return split_keys(settings.imi_audit_key or settings.imi_secret_key)


def portal_keys(settings: Settings) -> tuple[Secret, ...]:
    """Return the keys for the portal's CSRF tokens."""
    return split_keys(settings.imi_secret_key)


def split_keys(keys: SecretStr) -> tuple[Secret, ...]:
    """Return the comma-separated keys of a setting."""
    text = keys.get_secret_value()
    return tuple(Secret(part) for part in (key.strip() for key in text.split(",")) if part)
