"""TODO bot/runtime."""
