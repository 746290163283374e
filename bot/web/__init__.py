"""TODO bot/web."""
