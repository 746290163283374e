"""Users: registering, listing and editing them."""
