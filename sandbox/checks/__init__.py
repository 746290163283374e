"""Checks views and messages as Slack does, by tables of Slack's limits."""
