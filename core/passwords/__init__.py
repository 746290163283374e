"""Passwords: their rules, their hashes and their age."""
