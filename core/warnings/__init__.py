"""Warns administrators when a role of their authority has too few holders (R39, R62)."""
