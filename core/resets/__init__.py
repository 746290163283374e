"""Password resets by administrators, and users' requests for a reset (R67, R68, D11)."""
