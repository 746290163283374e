"""Corrects stored moments that lie in the future because a clock was wrong."""
