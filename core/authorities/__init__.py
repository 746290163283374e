"""Authorities: the public bodies that use IMI, the EU's Internal Market Information System."""
