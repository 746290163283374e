"""The keys that the process signs with: the newest first, earlier ones still accepted."""

from pydantic import SecretStr

from bot.settings.settings import Settings
from core.secret import Secret


def audit_keys(settings: Settings) -> tuple[Secret, ...]:
    """Return the keys of the audit trail's heads; without any set, those of the portal."""
    return split_keys(settings.imi_audit_key or settings.imi_secret_key)


def portal_keys(settings: Settings) -> tuple[Secret, ...]:
    """Return the keys of the portal's forms."""
    return split_keys(settings.imi_secret_key)


def split_keys(keys: SecretStr) -> tuple[Secret, ...]:
    """Return the keys that stand in a setting, with commas between them."""
    text = keys.get_secret_value()
    return tuple(Secret(part) for part in (one.strip() for one in text.split(",")) if part)
