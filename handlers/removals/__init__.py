"""Removing and restoring users, and questions about those who seem to have left (leavers)."""
