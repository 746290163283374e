"""Tells systemd that the service is ready or stops (the protocol of sd_notify(3))."""

import os
import socket

READY = "READY=1"
STOPPING = "STOPPING=1"


def notify_service_manager(state: str) -> None:
    """Send the state to the socket that `NOTIFY_SOCKET` names; do nothing where none is named.

    A socket that does not answer is no reason to stop, so its errors are ignored.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sending:
        try:
            # A leading "@" stands for the null byte of an abstract address.
            sending.connect(address.replace("@", "\0", 1))
            sending.sendall(state.encode())
        except OSError:
            return
