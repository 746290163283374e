"""The plural forms of each language in gettext's notation, as CLDR has them for whole numbers."""

from babel.messages.catalog import Catalog

# Babel has the forms of GNU gettext, which differ from CLDR in two of the 24 languages: Latvian has
# a form for 0, 10 to 20 and 30, and Maltese has forms of their own for 2 and for 11 to 19.
_OF_CLDR = {
    "lv": "nplurals=3; plural=(n%10==0 || n%100>=11 && n%100<=19 ? 0"
    " : n%10==1 && n%100!=11 ? 1 : 2);",
    "mt": "nplurals=5; plural=(n==1 ? 0 : n==2 ? 1 : n==0 || n%100>=3 && n%100<=10 ? 2"
    " : n%100>=11 && n%100<=19 ? 3 : 4);",
}


def empty_translations(language: str) -> Catalog:
    """Return empty translations with the plural forms of the language."""
    translations = Catalog(locale=language, charset="utf-8", fuzzy=False)
    if language in _OF_CLDR:
        translations.mime_headers = [("Plural-Forms", _OF_CLDR[language])]
    return translations
