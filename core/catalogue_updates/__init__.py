"""Loads a new catalogue, and withdraws the modules, roles and keywords that it lacks (D24)."""
