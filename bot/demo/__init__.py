"""The demo: the product with a sandbox Slack and a small invented country."""
