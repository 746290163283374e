"""Granting and revoking roles, which say what a user may do in a module."""
