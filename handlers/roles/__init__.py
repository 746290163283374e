"""Roles: who holds what, changed by person or by role."""
