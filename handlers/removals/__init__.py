"""Removals: people who left, and bringing them back."""
