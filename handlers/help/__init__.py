"""The command `/imi-help`."""
