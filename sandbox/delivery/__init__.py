"""The traffic between Slack and the app: payloads, HTTP, Socket Mode, events and responses."""
