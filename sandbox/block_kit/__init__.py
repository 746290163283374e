"""Reads Block Kit JSON: interactive elements, the state of inputs, and Slack's default values."""
