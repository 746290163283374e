"""The audit trail in Slack: searching it, and exporting it as files (D22)."""
