"""The SQL of authorities, their competences and their titles."""
