"""Registering, listing and editing users."""
