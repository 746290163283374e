"""Simulates Slack's Web API: a module per family of methods, a router, and the HTTP routes."""
