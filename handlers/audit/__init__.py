"""Audit trail: searching it in Slack and exporting it as a file (D22)."""
