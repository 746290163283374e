"""Users: the people who have an account in an authority."""
