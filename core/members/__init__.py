"""Members: the people of the Slack workspace, as last seen."""
