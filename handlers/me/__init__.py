"""A user's own account in Slack: viewing it, exporting its data, and reporting wrong details."""
