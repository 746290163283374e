"""Authorities: the public bodies that use IMI, the EU's Internal Market Information System.

An authority has an official name, which is never translated, and an informal title, which is.
"""
