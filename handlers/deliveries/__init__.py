"""Deliveries: what the bot says of itself, where each stands, and sending one again."""
