"""Logs, metrics, health checks, and the record of faults in which Slack or mail refuses the bot."""
