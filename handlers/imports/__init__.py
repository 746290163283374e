"""Imports: registering many users from one file."""
