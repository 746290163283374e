"""Warnings about what an authority lacks (R39, R62)."""
