"""All settings, and a function that reads them from the environment and an optional file."""

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import SettingsConfigDict

from bot.settings.checks import (
    api_url,
    check_secret,
    database_url,
    mailbox_text,
    parse_networks,
    public_url,
)
from bot.settings.problems import NO_WAY_IN, problem_sentences
from bot.settings.reminder_settings import ReminderSettings
from bot.settings.settings_file import ENCODING, read_sources
from bot.settings.sign_in_settings import Count, SignInSettings
from bot.settings.smtp_url import parse_smtp_url
from core.policy import Policy, UsernameDelivery
from core.secret import Secret

# The settings of the policy have its defaults, which are in `core/policy.py`.
_POLICY = Policy()


class SettingsError(ValueError):
    """One sentence for each wrong or missing setting, which names it and never quotes its value."""


class Settings(SignInSettings, ReminderSettings):
    """All settings; the environment variable of each is its name in capitals."""

    model_config = SettingsConfigDict(
        extra="ignore",
        hide_input_in_errors=True,
        frozen=True,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
    )

    slack_bot_token: SecretStr = Field(description="Bot token of the Slack app (xoxb-…).")
    slack_app_token: SecretStr | None = Field(
        None,
        description="App token (xapp-…); if set, Socket Mode, otherwise HTTP on /slack/events.",
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Signing secret of the Slack app; needed for HTTP."
    )
    slack_api_url: Annotated[str, AfterValidator(api_url)] = Field(
        "https://slack.com/api/", description="URL of Slack's Web API; GovSlack has another one."
    )
    imi_database_url: Annotated[str, AfterValidator(database_url)] = Field(
        "sqlite:///imi.sqlite3",
        # The URL can contain a password.
        repr=False,
        description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    imi_backup_directory: Path | None = Field(
        None,
        description="Directory for the backup that imi-bot init makes before it migrates; without "
        "it, an SQLite file's own directory.",
    )
    imi_http_host: str = Field("127.0.0.1", description="Address on which the HTTP server listens.")
    imi_http_port: int = Field(
        8000, ge=0, le=65535, description="Port on which the HTTP server listens."
    )
    imi_public_url: Annotated[str, AfterValidator(public_url)] = Field(
        "http://127.0.0.1:8000", description="URL of the portal, used in links."
    )
    imi_trusted_proxies: Annotated[str, AfterValidator(parse_networks)] = Field(
        "",
        description="Addresses or networks of reverse proxies, separated by commas; only their "
        "X-Forwarded-For is trusted.",
    )
    imi_smtp_url: SecretStr = Field(
        description="smtp://USER:PASSWORD@HOST:PORT (always with STARTTLS) or smtps://…."
    )
    imi_mail_from: Annotated[str, AfterValidator(mailbox_text)] = Field(
        description="Sender of all e-mails."
    )
    imi_operator_mail: Annotated[str, AfterValidator(mailbox_text)] | None = Field(
        None,
        description="Address of whoever runs the bot; gets one mail when Slack or the mail server "
        "refuses the bot, and one when that is over.",
    )
    imi_secret_key: SecretStr = Field(
        description="At least 32 random characters; signs the portal's forms. While changing keys, "
        "list several, separated by commas, the newest first."
    )
    imi_audit_key: SecretStr | None = Field(
        None,
        description="Signs the audit trail's checkpoints; several separated by commas, the newest "
        "first. Without it, IMI_SECRET_KEY is used.",
    )
    imi_catalogue: Path | None = Field(
        None, description="Catalogue file of modules and roles that replaces the built-in one."
    )
    imi_password_min_length: Count = Field(
        _POLICY.password_min_length, description="Shortest password (R72)."
    )
    imi_password_max_length: Count = Field(
        _POLICY.password_max_length, description="Longest password."
    )
    imi_password_history: Count = Field(
        _POLICY.password_history,
        description="Number of last passwords that cannot be reused (R71, D7).",
    )
    imi_password_months: Count = Field(
        _POLICY.password_months, description="Months after which a password expires (R69, D5)."
    )
    imi_temporary_password_days: Count = Field(
        _POLICY.temporary_password_days,
        description="Days after which a temporary password expires (D4).",
    )
    imi_username_min_length: Count = Field(
        _POLICY.username_min_length, description="Shortest username (D8)."
    )
    imi_username_max_length: int = Field(
        _POLICY.username_max_length, ge=8, le=64, description="Longest username (D8)."
    )
    imi_username_delivery: UsernameDelivery = Field(
        _POLICY.username_delivery,
        description="blocks: the DM shows the username; reveal: a button shows it (D10).",
    )
    imi_administrators_wanted: Count = Field(
        _POLICY.administrators_wanted,
        description="Number of administrators below which an authority is warned (R39, D12).",
    )
    imi_restore_days: Count = Field(
        _POLICY.restore_days, description="Days within which a removal can be undone (D14)."
    )
    imi_purge_years: Count = Field(
        _POLICY.purge_years, description="Years after which a removed user is pseudonymised (D14)."
    )
    imi_leaver_days: Count = Field(
        _POLICY.leaver_days,
        description="Days after which administrators are asked again about a leaver (D14).",
    )
    imi_unused_days: Count = Field(
        _POLICY.unused_days,
        description="Days after which a user who never signed in appears on Home.",
    )
    imi_confirm_months: Count = Field(
        _POLICY.confirm_months,
        description="Months after which an authority is asked to confirm its data (R2).",
    )
    imi_metrics_token: SecretStr | None = Field(
        None, description="Bearer token for /metrics, which nobody can read without one."
    )
    imi_slack_posts_per_minute: int | None = Field(
        None,
        ge=2,
        description="Slack messages per minute, instead of Slack's own limit of 300; with several "
        "processes, the share of each.",
    )
    imi_slack_channel_seconds: float | None = Field(
        None, ge=0, description="Seconds between two messages to one channel, instead of 1.05."
    )
    imi_audit_channel: str | None = Field(
        None, description="Slack channel for the daily post of an audit checkpoint (D22)."
    )
    imi_commission_channel: str | None = Field(
        None,
        description="Slack channel in which the Commission translates titles (R29, D17)."
        " Titles changed before it is set are listed there by `/imi-titles`.",
    )

    @field_validator(
        "slack_bot_token", "slack_app_token", "imi_smtp_url", "imi_secret_key", "imi_audit_key"
    )
    @classmethod
    def _not_malformed(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None:
            check_secret(str(info.field_name), value.get_secret_value())
        return value

    @field_validator("imi_password_max_length", "imi_username_max_length")
    @classmethod
    def _is_not_below_least(cls, value: int, info: ValidationInfo) -> int:
        least = str(info.field_name).replace("_max_", "_min_")
        if value < info.data.get(least, value):
            raise ValueError(f"it is below {least.upper()}")
        return value

    @field_validator("imi_smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr) -> SecretStr:
        parse_smtp_url(Secret(value.get_secret_value()))
        return value

    @property
    def socket_mode(self) -> bool:
        """Return whether Slack is connected through Socket Mode."""
        return self.slack_app_token is not None

    @property
    def policy(self) -> Policy:
        """Return the policy that the rules take: the settings of the same names."""
        names = Policy.__dataclass_fields__
        return Policy(
            **{name: getattr(self, f"imi_{name}") for name in names if hasattr(self, f"imi_{name}")}
        )


def read_settings(
    file: Path | None = None,
    kind: type[Settings] = Settings,
    /,
    **fixed: Any,  # noqa: ANN401 - any setting
) -> Settings:
    """Read the settings, of this kind, from the environment, then from `file` (KEY=value lines).

    A secret can also be read from a file of its own, whose path is NAME_FILE.

    Raises:
        SettingsError: a setting is wrong, missing or unknown, or the file cannot be read.
    """
    try:
        sources = read_sources(file, os.environ, Settings.model_fields)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    problems = list(sources.problems)
    try:
        settings = kind(_env_file=sources.file, **{**sources.secrets, **fixed})
    except ValidationError as error:
        problems += problem_sentences(error, Settings)
        raise SettingsError("\n".join(problems)) from None
    if kind is Settings and not settings.slack_app_token and not _has_signing_secret(settings):
        problems.append(NO_WAY_IN)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _has_signing_secret(settings: Settings) -> bool:
    secret = settings.slack_signing_secret
    return secret is not None and bool(secret.get_secret_value().strip())
