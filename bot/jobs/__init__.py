"""Scheduled jobs: the list of all, the scheduler, and jobs that call Slack or send mail.

The operator, to whom one of them writes, is the person who runs the bot.
"""
