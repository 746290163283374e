"""The members of the Slack workspace, as Slack last reported them."""
