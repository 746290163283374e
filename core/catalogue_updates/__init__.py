"""Replaces the catalogue, and withdraws modules, roles and keywords that the new one lacks.

The catalogue lists all modules (areas of IMI), roles and keywords (D24).
"""
