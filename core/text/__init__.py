"""Text rules: the characters that are accepted, and transliteration to ASCII."""
