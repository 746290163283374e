"""Tests that the set-ups in deploy/ agree with each other, with the product and with its guides."""

import re
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from tests.bot.portal.paths import portal_paths
from tests.deploy.container_image import ROOT
from tests.deploy.set_ups import (
    COMPOSE,
    DEPLOY,
    MONITORING_PATHS,
    UNIT,
    kubernetes_objects,
    unit_values,
)

KUBERNETES = kubernetes_objects()
POD = KUBERNETES["Deployment"]["spec"]["template"]["spec"]
INSTALLING = (ROOT / "docs/installing.md").read_text("utf-8")
DEPLOYING = (ROOT / "docs/deploying.md").read_text("utf-8")


def test_each_secret_of_the_unit_has_a_variable_and_a_file() -> None:
    credentials = [line.partition(":")[0] for line in unit_values("LoadCredential")]
    variables = dict(line.split("=", 1) for line in unit_values("Environment"))

    files = {value for name, value in variables.items() if name.endswith("_FILE")}
    assert files == {"/etc/imi-bot/settings", *(f"%d/{name}" for name in credentials)}
    for line in unit_values("LoadCredential"):
        name, _, path = line.partition(":")
        assert path == f"/etc/imi-bot/secrets/{name}"


@pytest.mark.parametrize("name", ["compose.yml", "imi-bot.service", "kubernetes.yaml"])
def test_every_set_up_lets_prometheus_read_the_metrics(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")

    assert re.search(r"^[^#\n]*IMI_METRICS_TOKEN_FILE", text, re.MULTILINE)


def test_the_unit_keeps_the_backup_of_an_upgrade_where_it_may_write() -> None:
    directory = dict(line.split("=", 1) for line in unit_values("Environment")).get(
        "IMI_BACKUP_DIRECTORY"
    )

    assert directory == f"/var/lib/{unit_values('StateDirectory')[0]}"


@pytest.mark.parametrize("name", ["compose.yml", "imi-bot.service"])
def test_the_lines_for_socket_mode_are_there_as_comments(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")

    assert re.search(r"# *(Environment=)?SLACK_APP_TOKEN_FILE[=:]", text)
    assert re.search(r"# *(LoadCredential=)?slack_app_token:", text)


def test_the_unit_says_where_a_forward_proxy_is_named() -> None:
    assert re.search(r"^# *Environment=HTTPS_PROXY=", UNIT, re.MULTILINE)


def test_compose_publishes_the_bot_on_the_machine_alone_and_trusts_only_the_proxy() -> None:
    bot, proxy = COMPOSE["services"]["bot"], COMPOSE["services"]["proxy"]
    trusted = re.search(
        r"^IMI_TRUSTED_PROXIES=(.+)$",
        (DEPLOY / "settings.example").read_text("utf-8"),
        re.MULTILINE,
    )
    (pool,) = COMPOSE["networks"]["outside"]["ipam"]["config"]

    assert bot["ports"] == ["127.0.0.1:8000:8000"]
    # Connections through the published port come from the network's gateway.
    assert trusted
    assert proxy["networks"]["outside"]["ipv4_address"] == trusted[1]
    assert ip_address(trusted[1]) in ip_network(pool["subnet"])
    assert ip_address(trusted[1]) not in ip_network(pool["ip_range"])


def test_each_secret_of_compose_is_in_the_guide() -> None:
    for name in COMPOSE["secrets"]:
        assert f"| `{name}` |" in DEPLOYING


def test_no_command_of_compose_needs_a_variable_in_front() -> None:
    for text in (DEPLOYING, (DEPLOY / "compose.yml").read_text("utf-8")):
        assert not re.search(r"PORTAL_HOST=\S+ docker", text)
    assert "> .env" in DEPLOYING
    assert "IMI_IMAGE=" in DEPLOYING


def test_a_replica_is_taken_out_of_the_service_before_it_refuses_connections() -> None:
    (container,) = POD["containers"]
    pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)

    # `imi-bot run` ends within ten seconds after SIGTERM, which comes after the pause.
    assert pause >= 5
    assert POD["terminationGracePeriodSeconds"] >= pause + 10


def test_the_image_of_kubernetes_is_tagged_as_a_release_tags_it() -> None:
    (container,) = POD["containers"]

    assert re.fullmatch(r"\S+/imi-bot:\d+\.\d+\.\d+", container["image"])


def test_the_plan_of_kubernetes_runs_with_what_init_has() -> None:
    plan = kubernetes_objects("kubernetes-plan.yaml")["Job"]["spec"]["template"]
    (init,), (planning,) = POD["initContainers"], plan["spec"]["containers"]

    different = {"name", "args"}
    assert {key: value for key, value in planning.items() if key not in different} == {
        key: value for key, value in init.items() if key not in different
    }
    assert planning["args"] == ["init", "--plan"]
    assert plan["spec"]["volumes"] == POD["volumes"]
    assert plan["spec"]["securityContext"] == POD["securityContext"]
    # The Service must not send requests to it.
    assert plan["metadata"]["labels"] != KUBERNETES["Service"]["spec"]["selector"]


def test_the_ingress_publishes_the_portal_and_slack_and_nothing_else() -> None:
    (rule,) = KUBERNETES["Ingress"]["spec"]["rules"]
    paths = [(path["path"], path["pathType"]) for path in rule["http"]["paths"]]

    served = {*portal_paths(), "/slack/events", "/static/portal.css"}
    assert [path for path in served if not _is_published(path, paths)] == []
    assert [path for path in MONITORING_PATHS if _is_published(path, paths)] == []


def test_every_reverse_proxy_keeps_monitoring_from_the_outside() -> None:
    caddy = re.search(r"@monitoring path (.+)", (DEPLOY / "Caddyfile").read_text("utf-8"))
    nginx = re.search(r"location ~ (\S+) \{ deny all; \}", INSTALLING)

    assert caddy
    assert nginx
    assert caddy[1].split() == list(MONITORING_PATHS)
    assert [path for path in MONITORING_PATHS if not re.search(nginx[1], path)] == []


def test_the_wrapper_runs_a_command_as_the_unit_runs_the_bot(tmp_path: Path) -> None:
    words = wrapped(tmp_path, "authority", "register", "--official-name", "Health $Agency *")

    at = words.index("/usr/bin/env")
    properties, environment = words[:at], words[at + 1 : words.index("/opt/imi-bot/bin/imi-bot")]
    same = ("LoadCredential", "DynamicUser", "StateDirectory", "StateDirectoryMode", "UMask")
    for name in same:
        assert unit_values(name)
        for value in unit_values(name):
            assert f"--property={name}={value}" in properties
    # The name that systemd gives the user of imi-bot.service.
    assert "--property=User=imi-bot" in properties
    # systemd-run passes no %d on; systemd itself replaces the variable in the words.
    assert environment == [
        line.replace("%d", "${CREDENTIALS_DIRECTORY}") for line in unit_values("Environment")
    ]
    # systemd makes one $ of two.
    assert words[-4:] == ["authority", "register", "--official-name", "Health $$Agency *"]


def _is_published(path: str, published: list[tuple[str, str]]) -> bool:
    """Return whether an Ingress with these paths and their types sends the path to the bot."""
    return any(
        path == each or (kind == "Prefix" and f"{path}/".startswith(each.rstrip("/") + "/"))
        for each, kind in published
    )


def wrapped(folder: Path, *words: str) -> list[str]:
    """Return the words with which the wrapper calls systemd-run."""
    for name, line in (
        ("systemctl", f"cat '{DEPLOY / 'imi-bot.service'}'"),
        ("systemd-run", "printf '%s\\n' \"$@\""),
    ):
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        (folder / name).chmod(0o755)
    done = subprocess.run(  # noqa: S603
        [str(DEPLOY / "imi-bot-command"), *words],
        env={"PATH": f"{folder}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()
