"""Scheduled jobs: the list of all, the scheduler, and jobs that call Slack or send mail."""
