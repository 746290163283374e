"""Imports: registration of many users from one CSV file (R12)."""
