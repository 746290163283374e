"""TODO core/accounts."""
