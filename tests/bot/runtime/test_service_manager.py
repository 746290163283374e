"""Tests of the messages to systemd, which a socket of the test receives."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from bot.runtime.service_manager import READY, notify_service_manager

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("prefix", ["", "@"])
def test_the_state_reaches_the_socket_that_systemd_names(
    prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{prefix}{tmp_path / 'notify'}"
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address.replace("@", "\0"))

        notify_service_manager(READY)

        assert systemd.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "vsock:2:1"])
def test_a_socket_that_does_not_answer_changes_nothing(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)

    notify_service_manager(READY)
