"""Logs that nobody reads."""

import io

from bot.monitoring.logs import set_up_logs


def log_to_memory() -> io.StringIO:
    """Send the logs into a text of their own, and return it."""
    stream = io.StringIO()
    set_up_logs(stream)
    return stream
