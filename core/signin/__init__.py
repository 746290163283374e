"""Signing in to the portal, and the lock against guessing passwords."""
