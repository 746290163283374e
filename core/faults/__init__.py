"""Faults of the installation: what Slack or the mail server refuses until an operator mends it."""
