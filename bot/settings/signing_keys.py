"""Splits a setting that holds several signing keys; the first one signs, and all of them verify.

Such keys sign the audit trail, and the portal's cookies and tokens.
"""

from pydantic import SecretStr

from bot.settings.settings import Settings
from core.secret import Secret


def audit_keys(settings: Settings) -> tuple[Secret, ...]:
    """Return the keys for audit checkpoints; if none are set, those of the portal.

    The portal's keys come last: they signed checkpoints before IMI_AUDIT_KEY was set.
    """
    own = () if settings.imi_audit_key is None else split_keys(settings.imi_audit_key)
    return (*own, *(key for key in split_keys(settings.imi_secret_key) if key not in own))


def audit_key_setting(settings: Settings) -> str:
    """Return the name of the setting whose first key signs checkpoints."""
    return "IMI_SECRET_KEY" if settings.imi_audit_key is None else "IMI_AUDIT_KEY"


def unknown_key_text(key_id: str, setting: str) -> str:
    """Return what to do when a checkpoint was signed with a key that is not in the setting."""
    named = f"the key {key_id}" if key_id else "a key"
    return (
        f"Checkpoints of the audit trail were signed with {named} that is not in {setting}.\n"
        f"If you changed {setting}: put the earlier key behind the new one,"
        f" {setting}=NEW,EARLIER, and restart. A day later the earlier one can go.\n"
        "If the earlier key is lost: imi-bot audit adopt.\n"
        "If nobody changed it, somebody may have forged these checkpoints."
    )


def portal_keys(settings: Settings) -> tuple[Secret, ...]:
    """Return the keys that sign the portal's CSRF tokens and device cookies."""
    return split_keys(settings.imi_secret_key)


def split_keys(keys: SecretStr) -> tuple[Secret, ...]:
    """Return the comma-separated keys of a setting."""
    text = keys.get_secret_value()
    return tuple(Secret(part) for part in (key.strip() for key in text.split(",")) if part)
