"""The SQL of authorities, their modules, competences and titles.

A module is an area of IMI; competences are keywords and links to coordinators (other authorities).
"""
