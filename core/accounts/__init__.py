"""Registers, edits, removes and erases users, links them to Slack members, exports their data."""
