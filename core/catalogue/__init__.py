"""The catalogue: modules, their roles and their keywords, as data that can be replaced (D24)."""
