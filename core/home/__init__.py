"""The data of the Slack app's Home tab for administrators."""
