"""Users: the people who have an account in an authority, their details, roles and status."""
