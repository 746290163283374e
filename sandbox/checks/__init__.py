"""Slack's checks of views and messages: a table of limits and the rules around it."""
