"""Use cases on accounts: register, edit, remove, restore and erase users, and export their data."""
