"""TODO bot/slack."""
