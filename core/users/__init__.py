"""Users: people who have an account in an authority, with their details, roles and status."""
