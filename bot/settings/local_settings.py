"""The settings of commands that work on the database alone."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from bot.settings.settings import Settings


class LocalSettings(Settings):
    """The settings of commands that need neither Slack nor mail; what they lack is empty."""

    # An empty default is no valid value.
    model_config = SettingsConfigDict(validate_default=False)

    slack_bot_token: SecretStr = SecretStr("")
    imi_smtp_url: SecretStr = SecretStr("")
    imi_mail_from: str = ""
    imi_secret_key: SecretStr = SecretStr("")
