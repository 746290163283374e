"""Registering, listing and editing users, by administrators of their authority."""
