"""The HTTP server: routing by path, Slack's requests, health endpoints, and limits on requests."""
