"""Faults of the installation: Slack or the mail server refuses the bot until an operator acts.

An operator is a person who runs the bot on a server, such as a system administrator.
"""
