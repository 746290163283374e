"""What members do in Slack: each interaction is sent to the app and ends in an `Answer`."""
