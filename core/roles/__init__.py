"""Grants and revokes roles; a role gives a user permissions in a module."""
