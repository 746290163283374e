"""Warnings to administrators about missing administrators and unheld roles (R39, R62)."""
