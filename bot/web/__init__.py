"""The HTTP server: Slack's requests, health endpoints, and the portal for all other paths."""
