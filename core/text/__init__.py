"""Text rules: accepted characters, scripts, web addresses, and transliteration to ASCII."""
