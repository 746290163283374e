"""Checks views and messages as Slack does, with tables of Slack's limits."""
