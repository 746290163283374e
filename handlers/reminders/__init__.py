"""Messages about expiring passwords, to users and administrators (R69, R70, C3, D6)."""
