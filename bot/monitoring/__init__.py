"""Logs, metrics, health checks, and the record of refusals by Slack and the mail server."""
