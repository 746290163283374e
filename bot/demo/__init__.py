"""The demo: the product with a simulated Slack workspace and a small invented country."""
