"""Sends requests to the app as Slack does, by HTTP or Socket Mode, and reads its responses."""
