"""TODO bot/delivery."""
