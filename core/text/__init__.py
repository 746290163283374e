"""TODO core/text."""
