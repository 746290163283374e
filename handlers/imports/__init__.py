"""Registering many users from one file (CSV or workbook), in Slack."""
