"""Slack's side of the product: reads requests into values, and draws responses as Block Kit."""
