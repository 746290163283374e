"""Scheduled jobs: the list of all, the scheduler, and the jobs that call Slack or send mail."""
