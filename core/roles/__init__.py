"""Roles: who may do what in which module."""
