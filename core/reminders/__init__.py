"""Reminders to a user that a password expires; each is sent at most once (R69, R70, D6)."""
