"""Messages about expiring passwords, to their users and to administrators (R69, R70, C3, D6)."""
