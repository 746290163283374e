"""The settings, read from environment variables and an optional file, and their validation."""
