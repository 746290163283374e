"""Leavers: users of whom Slack says that they are gone, and what their administrators say (D14)."""
