"""Deliveries: what the product decided to say, until it is said."""
