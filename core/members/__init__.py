"""The members of the Slack workspace, as last seen."""
