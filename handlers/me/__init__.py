"""Me: one's own account, and what one may do about it."""
