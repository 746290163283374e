"""Messages that remind of passwords that expire (R69, R70, C3, D6)."""
