"""Slack: what people do there, read into values, and answers drawn as Block Kit."""
