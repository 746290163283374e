"""Recognises addresses of web sites in texts, as mail programs do that make links of them."""

import re

# A letter or digit, a full stop of any kind, and two letters without a blank between them.
_HOST = r"\w[.。．｡][^\W\d_]{2}"
_WEB_ADDRESS = re.compile(rf"://|\bwww\b|{_HOST}", re.IGNORECASE)
_EMAIL_ADDRESS = re.compile(r"[^\s@<>()]+@[\w.-]+")


def holds_web_address(text: str, *, but_email: bool = False) -> bool:
    """Return whether the text has something that looks like the address of a web site.

    An e-mail address counts, unless `but_email`.
    """
    searched = _EMAIL_ADDRESS.sub(" ", text) if but_email else text
    return bool(_WEB_ADDRESS.search(searched))
