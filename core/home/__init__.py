"""The data of the Home tab that administrators see in Slack."""
