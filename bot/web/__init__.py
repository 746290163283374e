"""The HTTP server: it routes requests by path to Slack's handler, health endpoints and the portal.

It also limits the number, the size and the duration of requests.
"""
