"""Passwords: their rules, hashes, history and expiry, and the mails with temporary passwords."""
