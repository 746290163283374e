"""Imports: many users registered from one file (R12)."""
