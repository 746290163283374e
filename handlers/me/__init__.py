"""Me: one's own account."""
