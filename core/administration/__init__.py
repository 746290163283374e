"""TODO core/administration."""
