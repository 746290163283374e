"""Passwords: their rules, hashes, history and expiry."""
