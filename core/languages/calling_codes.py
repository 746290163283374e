"""The calling code that the example of a telephone number has in each language."""

# A country of each language; of the others the tag is the country's code too.
_COUNTRIES = {
    "cs": "CZ",
    "da": "DK",
    "el": "GR",
    "en": "IE",
    "et": "EE",
    "ga": "IE",
    "sl": "SI",
    "sv": "SE",
}


def calling_code(language: str) -> int:
    """Return the code that telephone numbers begin with in a country of the language."""
    # Imported on first use to shorten the start (`benchmarks/start.py`).
    import phonenumbers  # noqa: PLC0415

    return phonenumbers.country_code_for_region(_COUNTRIES.get(language, language.upper()))
