"""TODO core/authorities/rows."""
