"""Grants and revokes roles; a role gives permissions in a module or in the whole authority.

A module is an area of IMI, such as professional qualifications.
"""
