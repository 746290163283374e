"""Preparation of a database that was restored from a backup."""
