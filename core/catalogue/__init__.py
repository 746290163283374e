"""The catalogue of IMI's modules, roles and keywords, which is loaded from a file (D24).

A module is an area of IMI, a role gives a user permissions, and a keyword describes the competence
of an authority.
"""
