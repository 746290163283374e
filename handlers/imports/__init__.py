"""Registering many users from one file, in Slack."""
