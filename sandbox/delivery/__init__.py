"""Sends requests to the installed Slack app, by HTTP or Socket Mode, and reads its responses."""
