"""Warnings to administrators about roles with too few holders (R39, R62)."""
