"""Resets: a user's password made anew, and users' requests for it (R67, R68, D11)."""
