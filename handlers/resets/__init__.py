"""Resets: another user's password made anew, and requests for it."""
