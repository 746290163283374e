"""The rules: plain synchronous Python that knows no Slack, no web, no mail and no clock."""
