"""TODO bot/mail."""
