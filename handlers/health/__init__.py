"""How the product is, for the national coordinator's administrators."""
