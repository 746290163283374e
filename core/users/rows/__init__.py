"""TODO core/users/rows."""
