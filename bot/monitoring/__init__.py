"""Logs, metrics and the health of this process."""
