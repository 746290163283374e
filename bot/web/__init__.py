"""The HTTP server: routing by path, limits on requests, and health endpoints."""
