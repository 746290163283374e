"""TODO bot/monitoring."""
