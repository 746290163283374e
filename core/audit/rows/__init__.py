"""TODO core/audit/rows."""
