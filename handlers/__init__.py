"""The Slack interface: parses Slack's requests, calls the rules in core, and renders Block Kit."""
