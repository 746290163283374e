"""Tools for the running process: background tasks, locks, clocks, and threads that hash passwords.

They include a fair queue for costly work, and an interface to report faults of Slack and mail.
"""
