"""The two-letter codes of countries, as ISO 3166 and as the Union writes them."""

from core.errors import BadCountryError

# The Union's own country codes differ from ISO 3166 in these two (Interinstitutional style guide).
ISO_COUNTRIES = {"EL": "GR", "UK": "GB"}
# The countries offered for an authority: those of the Union and of the European Economic Area, and
# the United Kingdom.
OFFERED_COUNTRIES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *(
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "IS",
        "LI",
        "NO",
        "GB",
    ),
)


def country_of(text: str) -> str:
    """Return the ISO code of a country in upper case; EL is read as GR, and UK as GB.

    Raises:
        BadCountryError: there is no country with this code.
    """
    # Imported on first use to shorten the start (`benchmarks/start.py`).
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415

    typed = text.strip().upper()
    code = ISO_COUNTRIES.get(typed, typed)
    if code not in SUPPORTED_REGIONS:
        raise BadCountryError
    return code
