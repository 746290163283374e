"""Audit: who did what, when, chained so that tampering shows."""
