"""The id of the demo's Slack workspace."""

TEAM = "T0IMI"
