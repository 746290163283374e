"""The SQL of the audit trail: its entries, its checkpoints, and the users who were purged."""
