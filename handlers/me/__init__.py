"""A user's own account in Slack: viewing and exporting it, reporting errors, asking for a reset."""
