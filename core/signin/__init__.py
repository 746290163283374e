"""Signing in to the portal, its sessions, and blocks after too many wrong passwords."""
