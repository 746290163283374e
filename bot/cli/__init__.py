"""TODO bot/cli."""
