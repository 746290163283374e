"""The catalogue of modules with their roles and keywords, which can be replaced (D24)."""
