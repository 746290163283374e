"""Reads Block Kit JSON: interactive elements, the state of inputs, and values that Slack adds."""
