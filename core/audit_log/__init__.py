"""TODO core/audit_log."""
