"""Simulates Slack's Web API, with a module per family of methods, a router, and the HTTP routes."""
