"""Reminders that a password expires, each of them once (R69, R70, D6)."""
