"""Tests that wrong settings are reported clearly, with advice and without their values."""

from pathlib import Path

import pytest

from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings, SettingsError, read_settings
from tests.bot.settings.conftest import GOOD, set_all


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "demand"),
    [
        ("IMI_HTTP_PORT", "x", "it must be a whole number from 0 to 65535"),
        ("IMI_HTTP_PORT", "70000", "it must be a whole number from 0 to 65535"),
        ("IMI_HTTP_PORT", "80.5", "it must be a whole number from 0 to 65535"),
        ("IMI_USERNAME_MAX_LENGTH", "7", "it must be a whole number from 8 to 64"),
        ("IMI_SESSION_HOURS", "eight", "it must be a whole number, at least 1"),
        ("IMI_SLACK_POSTS_PER_MINUTE", "1", "it must be a whole number, at least 2"),
        ("IMI_SLACK_CHANNEL_SECONDS", "x", "it must be a number, such as 1.5"),
        ("IMI_SLACK_CHANNEL_SECONDS", "-1", "it must be a number, at least 0"),
        ("IMI_USERNAME_DELIVERY", "mail", "it must be 'blocks' or 'reveal'"),
        ("IMI_DATABASE_URL", "mysql://x/y", "it must be sqlite:///FILE or postgresql://USER:"),
        ("IMI_DATABASE_URL", "sqlite:///", "it must be sqlite:///FILE or postgresql://USER:"),
        (
            "IMI_DATABASE_URL",
            "postgresql://imi:p@ss:word@db/imi",
            "it cannot be read; write @ : / in its password as %40 %3A %2F",
        ),
        ("IMI_DATABASE_URL", "imi.sqlite3", "it must be sqlite:///FILE or postgresql://USER:"),
        ("IMI_PUBLIC_URL", "https://host.example/imi", "it must end with the host, without a path"),
        ("IMI_PUBLIC_URL", "https://host.example/?a=b", "it must end with the host, without a"),
        ("IMI_PUBLIC_URL", "https://", "it must be the address of a web server"),
        ("IMI_PUBLIC_URL", "https://host.example:x", "it must be the address of a web server"),
        ("IMI_PUBLIC_URL", "https://ho st.example", "it must be the address of a web server"),
        ("IMI_PUBLIC_URL", "https://a:b@host.example", "it must be the address of a web server"),
        ("SLACK_API_URL", "https://", "it must be the address of a web server"),
        ("IMI_MAIL_FROM", "nobody", "it must be an e-mail address, or Name <address>"),
    ],
)
def test_a_wrong_value_is_answered_with_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, demand: str
) -> None:
    set_all(monkeypatch, **{name: value})

    said = refusal()

    assert said.startswith(f"{name} is wrong: {demand}")
    assert "Input should" not in said


@pytest.mark.parametrize("url", ["https://host.example", "https://host.example/"])
def test_the_portals_address_may_end_with_a_slash(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    set_all(monkeypatch, IMI_PUBLIC_URL=url)

    assert read_settings().imi_public_url == "https://host.example"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_an_empty_value_counts_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As container platforms set what is left out."""
    set_all(monkeypatch, **{name.upper(): ""})

    if name.upper() in GOOD and name != "slack_app_token":
        assert refusal().startswith(f"{name.upper()} is missing: ")
    elif name == "slack_app_token":
        assert refusal().startswith("SLACK_SIGNING_SECRET is missing")
    else:
        assert getattr(read_settings(), name) == Settings.model_fields[name].default


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("IMI_PASSWORD_MONTH", " Did you mean IMI_PASSWORD_MONTHS?"),
        ("IMI_PUBLIC_ULR", " Did you mean IMI_PUBLIC_URL?"),
        ("imi_smtp_uri", " Did you mean IMI_SMTP_URL?"),
        ("IMI_SECRET_KEY_FIL", " Did you mean IMI_SECRET_KEY_FILE?"),
        ("IMI_HTTP_PORT_FILE", " Did you mean IMI_HTTP_PORT?"),
        ("SLACK_APP_TOKE", " Did you mean SLACK_APP_TOKEN?"),
        ("IMI_XYZZY_QWERTY", " Take it out."),
    ],
)
@pytest.mark.parametrize("place", ["environment", "file"])
def test_an_unknown_name_is_answered_with_the_nearest_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str, meant: str, place: str
) -> None:
    set_all(monkeypatch)
    if place == "file":
        (tmp_path / ".env").write_text(f"{typed}=hunter2\n")
    else:
        monkeypatch.setenv(typed, "hunter2")

    assert refusal() == f"{typed.upper()} is no setting of imi-bot.{meant}"


@pytest.mark.parametrize("typed", ["HTTPS_PROXY", "https_proxy", "NO_PROXY"])
def test_a_forward_proxy_in_the_settings_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str
) -> None:
    """The libraries for HTTP read it from the environment alone."""
    set_all(monkeypatch)
    (tmp_path / ".env").write_text(f"{typed}=http://hunter2@proxy.example\n")

    assert refusal() == (
        f"{typed.upper()} does nothing in the settings file. Set it in the environment of the bot."
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IMI_SERVICE_HOST", "10.0.0.1"),
        ("IMI_BOT_SERVICE_PORT_HTTP", "8000"),
        ("IMI_PORT", "tcp://10.0.0.1:8000"),
        ("IMI_PORT_8000_TCP_ADDR", "10.0.0.1"),
        ("IMI_TEST_COMPLETE", "1"),
        ("SLACK_WEBHOOK_URL", "https://hooks.example"),
        ("HTTPS_PROXY", "http://proxy.example"),
    ],
)
def test_variables_of_others_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Kubernetes names variables after the services beside a container."""
    set_all(monkeypatch, **{name: value})

    read_settings()


def test_a_port_that_somebody_typed_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, IMI_PORT="8000")

    assert refusal() == "IMI_PORT is no setting of imi-bot. Did you mean IMI_HTTP_PORT?"


def test_a_settings_file_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_all(monkeypatch, IMI_SETTINGS_FILE=str(tmp_path / "gone.env"))
    assert refusal() == f"IMI_SETTINGS_FILE: there is no file {tmp_path / 'gone.env'}."

    monkeypatch.setenv("IMI_SETTINGS_FILE", str(tmp_path))
    assert refusal() == f"IMI_SETTINGS_FILE: {tmp_path} is a directory, not a file."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "windows-1252"])
def test_a_settings_file_in_another_encoding_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "imi.env"
    file.write_bytes('IMI_MAIL_FROM="Sundhed på Ø <imi@a.example>"\n'.encode(encoding))
    set_all(monkeypatch, IMI_SETTINGS_FILE=str(file))

    assert refusal() == f"{file} is not in UTF-8. Save it as UTF-8."


def test_a_mark_at_the_beginning_of_the_file_belongs_to_no_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_all(monkeypatch)
    (tmp_path / ".env").write_text("IMI_HTTP_PORT=9000\n", "utf-8-sig")

    assert read_settings().imi_http_port == 9000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("IMI_HTTP_PORT: 8000\n", "line 1: it cannot be read. Write NAME=value."),
        ("# port\nIMI_HTTP_PORT\n", "line 2: it cannot be read. Write NAME=value."),
        ("IMI_MAIL_FROM='a@b.example\n", "line 1: it cannot be read. Write NAME=value."),
        ("IMI_HTTP_PORT=1\nIMI_HTTP_PORT=2\n", "line 2: IMI_HTTP_PORT stands there twice."),
    ],
)
def test_a_line_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, said: str
) -> None:
    set_all(monkeypatch)
    (tmp_path / ".env").write_text(content)

    assert refusal() == f".env, {said}"


def test_all_mistakes_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, IMI_HTTP_PORT="x", IMI_PASSWORD_MONTH="3", IMI_MAIL_FROM=None)

    assert [line.split(" ", 1)[0] for line in refusal().splitlines()] == [
        "IMI_PASSWORD_MONTH",
        "IMI_HTTP_PORT",
        "IMI_MAIL_FROM",
    ]


def test_commands_on_the_database_need_neither_slack_nor_mail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IMI_DATABASE_URL", "sqlite:///other.sqlite3")

    settings = read_settings(None, LocalSettings)

    assert settings.imi_database_url == "sqlite:///other.sqlite3"
    assert not settings.slack_bot_token.get_secret_value()
