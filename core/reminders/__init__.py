"""Reminders that a password expires; each is sent once (R69, R70, D6)."""
