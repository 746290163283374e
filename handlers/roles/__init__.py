"""Viewing and changing roles, by user or by role."""
