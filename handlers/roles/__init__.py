"""Viewing and changing the roles of one user, or the holders of one role."""
