"""Faults of the installation: Slack or the mail server refuses the bot until they are mended.

An operator is a person who runs the bot on a server, such as a system administrator.
"""
