"""Resets: resetting another user's password, and requesting a new one."""
