"""Checks views and messages of the app as Slack does, by tables of Slack's limits."""
