"""Authorities: one's own, as its administrators see it."""
