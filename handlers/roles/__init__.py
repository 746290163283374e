"""Roles: who holds which role, and changing it by user or by role."""
