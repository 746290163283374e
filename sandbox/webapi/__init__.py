"""Slack's Web API: one file a family of methods, and the router that calls them."""
