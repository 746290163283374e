"""Rules of text: the characters that are accepted, and names in ASCII."""
