"""The catalogue of modules, roles and keywords, which is read from a replaceable file (D24)."""
