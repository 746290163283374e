"""Password resets by administrators, and users' requests for a new password."""
