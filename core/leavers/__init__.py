"""Asks administrators about leavers (D14).

A leaver is a user whose Slack member was deactivated or made a guest.
"""
