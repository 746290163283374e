"""Faults of the installation: refusals by Slack or the mail server, until an operator fixes them.

An operator is a person who runs the bot on a server, such as a system administrator.
"""
