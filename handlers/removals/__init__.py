"""Removals: removing users, restoring them, and deciding about leavers."""
