"""Tools for the running process: background tasks, locks, clocks, and threads that hash passwords.

They include the fair queue before these threads, and the interface to report faults of Slack and
mail.
"""
