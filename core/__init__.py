"""The rules: plain synchronous Python without Slack, web, mail or a clock of its own."""
