"""The connection to Slack: incoming requests, Socket Mode, Web API calls, and their monitoring."""
