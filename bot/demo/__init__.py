"""The demo: the product with a simulated Slack workspace and mailbox, and with invented data."""
