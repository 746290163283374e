"""Redirects structured logs to memory, where tests read them."""

import io

from bot.monitoring.logs import set_up_logs


def log_to_memory() -> io.StringIO:
    """Send the logs to a new text stream, and return it."""
    stream = io.StringIO()
    set_up_logs(stream)
    return stream
