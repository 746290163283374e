"""Deliveries: notices and channel messages, where each delivery stands, and sending one again."""
