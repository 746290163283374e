"""Block Kit: interactive elements, the state of their values, the form that Slack stores."""
