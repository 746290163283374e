"""Resets of passwords, and the requests for one (R67, R68, D11)."""
