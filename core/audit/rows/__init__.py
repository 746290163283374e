"""The SQL of the audit trail: its entries, its checkpoints, and the ids of purged users."""
