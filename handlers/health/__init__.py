"""The health of the product, which administrators of the national coordinator can see.

The national coordinator is the authority that manages others and that none manages.
"""
