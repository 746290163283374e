"""Removing and restoring users, and questions about leavers.

A leaver is a user whose Slack member was deactivated or made a guest.
"""
