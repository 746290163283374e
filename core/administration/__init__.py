"""Changes to authorities, made by their administrators, by access managers and by the Commission.

An authority is a public body that uses IMI; an access manager is an authority that manages others.
The European Commission translates the titles of authorities.
"""
