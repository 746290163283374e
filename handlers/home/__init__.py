"""The Home tab of the Slack app, which shows parts of other features and may import them."""
