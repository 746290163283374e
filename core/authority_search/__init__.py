"""Full-text search for authorities, for every user."""
