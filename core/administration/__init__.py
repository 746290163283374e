"""Changes to authorities, made by their administrators, by access managers and by the Commission.

An authority is a public body that uses IMI; an access manager is an authority that manages others.
In each of its modules (areas of IMI), an authority can be a coordinator, to which others link. Its
competences are keywords and the coordinators to which it links. The European Commission translates
the titles of authorities.
"""
