"""Changes to authorities, made by their administrators, by access managers and by the Commission.

An access manager is an authority that manages other authorities. The European Commission translates
the titles of authorities.
"""
