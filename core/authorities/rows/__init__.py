"""The SQL of authorities, their modules, competences (keywords, coordinators) and titles."""
