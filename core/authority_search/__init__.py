"""Full-text search for authorities."""
