"""Imports: many users registered from one file."""
