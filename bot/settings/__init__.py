"""Settings from environment variables and an optional file, and their validation."""
