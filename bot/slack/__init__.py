"""The connection to Slack: Bolt's app, Web API client, Socket Mode, rate limits, manifest."""
