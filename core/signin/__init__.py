"""Signing in to the portal, and blocking a password after too many wrong attempts."""
