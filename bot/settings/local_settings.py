"""The settings of commands that use only the database; those of Slack and mail are optional."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from bot.settings.settings import Settings


class LocalSettings(Settings):
    """The settings of these commands; those of Slack and mail are empty if they are missing."""

    # An empty default is no valid value.
    model_config = SettingsConfigDict(validate_default=False)

    slack_bot_token: SecretStr = SecretStr("")
    imi_smtp_url: SecretStr = SecretStr("")
    imi_mail_from: str = ""
    imi_secret_key: SecretStr = SecretStr("")
