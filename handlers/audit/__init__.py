"""What is shown of the audit trail (D22)."""
