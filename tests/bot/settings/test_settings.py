"""Tests that a wrong or missing setting stops the start with an error that names it."""

import runpy
from pathlib import Path

import pytest

from bot.settings import reminder_settings, sign_in_settings
from bot.settings import settings as settings_module
from bot.settings.settings import Settings, SettingsError, read_settings
from core.policy import Policy, UsernameDelivery
from tests.bot.settings.conftest import GOOD, set_all

FIELDS = tuple(Policy.__dataclass_fields__)


def test_the_default_settings_are_the_default_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)

    settings = read_settings()

    assert settings.policy == Policy()
    assert settings.socket_mode


def test_no_policy_setting_has_a_default_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Policy.__init__, "__defaults__", tuple(range(100, 100 + len(FIELDS))))

    loaded = {
        **runpy.run_path(settings_module.__file__)["Settings"].model_fields,
        **runpy.run_path(sign_in_settings.__file__)["SignInSettings"].model_fields,
        **runpy.run_path(reminder_settings.__file__)["ReminderSettings"].model_fields,
    }

    for number, name in enumerate(FIELDS, 100):
        if f"imi_{name}" in loaded:
            assert loaded[f"imi_{name}"].default == number


def test_policy_settings_reach_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, IMI_PASSWORD_MIN_LENGTH="12", IMI_USERNAME_DELIVERY="reveal")

    policy = read_settings().policy

    assert policy.password_min_length == 12
    assert policy.username_delivery == UsernameDelivery.REVEAL


@pytest.mark.parametrize("text", ["30,5,2", " 2, 30 ,5"])
def test_the_days_and_the_hour_of_reminders_are_settings(  # D6
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    set_all(monkeypatch, IMI_REMINDER_DAYS=text, IMI_REMINDER_HOUR="0")

    policy = read_settings().policy

    assert policy.reminder_days == (30, 5, 2)
    assert policy.reminder_hour == 0


@pytest.mark.parametrize(
    "text", ["0", "181", "7,7", "1,2,3,4,5,6", "7,", "x", "-1", "1.5", "[7]", "²", "7;1"]
)
def test_the_days_of_reminders_are_up_to_five_different_ones(  # D6
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    set_all(monkeypatch, IMI_REMINDER_DAYS=text)

    with pytest.raises(SettingsError) as caught:
        read_settings()

    assert str(caught.value) == (
        "IMI_REMINDER_DAYS is wrong: it must be up to 5 different whole numbers from 1 to 180, "
        "separated by commas, such as 14,7,1."
    )


def test_every_field_of_the_policy_but_the_fixed_one_is_a_setting() -> None:  # D3 is fixed
    numbers = {f"imi_{name}" for name in Policy.__dataclass_fields__}

    assert numbers - set(Settings.model_fields) == {"imi_sign_in_attempts"}


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"SLACK_APP_TOKEN"}))
def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    set_all(monkeypatch, **{name: None})

    with pytest.raises(SettingsError, match=f"^{name} is missing: "):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SLACK_BOT_TOKEN", "hunter2", "SLACK_BOT_TOKEN is wrong: it must begin with xoxb-."),
        ("SLACK_APP_TOKEN", "hunter2", "SLACK_APP_TOKEN is wrong: it must begin with xapp-."),
        (
            "IMI_SMTP_URL",
            "http://hunter2",
            "IMI_SMTP_URL is wrong: it must begin with smtp:// or smtps://.",
        ),
        (
            "IMI_SECRET_KEY",
            "hunter2",
            "IMI_SECRET_KEY is wrong: each key in it must have at least 32 characters.",
        ),
        (
            "IMI_PUBLIC_URL",
            "http://hunter2.example",
            "IMI_PUBLIC_URL is wrong: it must begin with https://, unless it is on this machine.",
        ),
        ("SLACK_API_URL", "hunter2", "SLACK_API_URL is wrong: it must begin with https://."),
        (
            "IMI_PASSWORD_MONTHS",
            "0",
            "IMI_PASSWORD_MONTHS is wrong: it must be a whole number, at least 1.",
        ),
        (
            "IMI_PASSWORD_MAX_LENGTH",
            "5",
            "IMI_PASSWORD_MAX_LENGTH is wrong: it is below IMI_PASSWORD_MIN_LENGTH.",
        ),
        (
            "IMI_USERNAME_MIN_LENGTH",
            "31",
            "IMI_USERNAME_MAX_LENGTH is wrong: it is below IMI_USERNAME_MIN_LENGTH.",
        ),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    set_all(monkeypatch, **{name: value})

    with pytest.raises(SettingsError) as caught:
        read_settings()

    assert str(caught.value) == sentence


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, IMI_HTTP_PORT="x", IMI_MAIL_FROM=None)

    with pytest.raises(SettingsError) as caught:
        read_settings()

    assert {line.split(" ", 1)[0] for line in str(caught.value).splitlines()} == {
        "IMI_HTTP_PORT",
        "IMI_MAIL_FROM",
    }


@pytest.mark.parametrize("proxies", ["*", "127.0.0.1,*", "proxy.example", "10.0.0.1/8"])
def test_a_trusted_proxy_must_be_an_address_or_network(  # D3
    monkeypatch: pytest.MonkeyPatch, proxies: str
) -> None:
    set_all(monkeypatch, IMI_TRUSTED_PROXIES=proxies)

    with pytest.raises(SettingsError, match=r"^IMI_TRUSTED_PROXIES is wrong: it must be addresses"):
        read_settings()


def test_proxies_are_addresses_and_networks_of_both_kinds(  # D3
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_all(monkeypatch, IMI_TRUSTED_PROXIES="127.0.0.1, ::1,10.1.0.0/16,")

    assert read_settings().imi_trusted_proxies == "127.0.0.1/32,::1/128,10.1.0.0/16"


@pytest.mark.parametrize("secret", [None, "", "  "])
def test_http_needs_the_signing_secret(monkeypatch: pytest.MonkeyPatch, secret: str | None) -> None:
    set_all(monkeypatch, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=secret)

    with pytest.raises(SettingsError, match=r"^SLACK_SIGNING_SECRET is missing"):
        read_settings()


def test_the_environment_overrides_the_settings_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = [f"{name}={value}" for name, value in GOOD.items()]
    (tmp_path / "imi.env").write_text("\n".join([*lines, "IMI_HTTP_PORT=9000"]))
    monkeypatch.setenv("IMI_SETTINGS_FILE", str(tmp_path / "imi.env"))
    monkeypatch.setenv("IMI_MAIL_FROM", "other@authority.example")

    settings = read_settings()

    assert (settings.imi_http_port, settings.imi_mail_from) == (9000, "other@authority.example")


@pytest.mark.parametrize("url", ["http://localhost:1/", "http://[::1]:1", "http://127.0.0.9/api"])
def test_plain_http_is_allowed_on_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    set_all(monkeypatch, SLACK_API_URL=url)

    assert read_settings().slack_api_url.endswith("/")


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)

    assert "secret" not in repr(read_settings()).replace("secret_key", "").replace(
        "signing_secret", ""
    )
