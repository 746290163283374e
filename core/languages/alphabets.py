"""The letters other than a to z that occur in names, for each of the 24 official languages."""

# Small letters by language; loan letters that are common in names of the country are included.
_SMALL = {
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
    "cs": "áčďéěíňóřšťúůýž",
    "da": "æøåäéöü",
    "de": "äöüßé",
    "el": "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",
    "en": "",
    "es": "áéíñóúü",
    "et": "äõöüšž",
    "fi": "åäöšž",
    "fr": "àâæçèéêëîïôœùûüÿ",
    "ga": "áéíóú",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "it": "àèéìíòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "mt": "ċġħżàèìòù",
    "nl": "áäçèéêëíïóôöúüû",
    "pl": "ąćęłńóśźż",
    "pt": "áàâãçéêíóôõúü",
    # With cedillas too, which code pages have instead of the commas below.
    "ro": "ăâîșțşţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšžćđ",
    "sv": "åäöéü",
}
_LETTERS = {tag: frozenset(small + small.upper()) for tag, small in _SMALL.items()}


def letters_of(language: str) -> frozenset[str]:
    """Return the letters beyond a to z of a language, small and capital; none if it is unknown."""
    return _LETTERS.get(language, frozenset())
