"""Authorities: the public bodies registered in IMI."""
