"""Corrections of stored times that lie in the future because a system clock was wrong."""
