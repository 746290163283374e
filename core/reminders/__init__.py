"""Reminders of a password that expires, each of which is sent at most once (R69, R70, D6)."""
