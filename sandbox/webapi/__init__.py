"""Slack's Web API: one module for each family of methods, the router and the HTTP side."""
