"""Drawing the portal's pages from their templates, in the visitor's language."""

import re
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from babel import negotiate_locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.portal.cookies import Cookies
from bot.portal.csrf import CsrfTokens, FormBinding
from core.languages.tags import FALLBACK, LANGUAGES
from core.languages.texts import texts

HERE = Path(__file__).parent
# A text that every translated catalogue has.
SAMPLE = "Sign in"
_ACCEPTED = re.compile(r"([a-z]+(?:-[a-z0-9]+)*)\s*(?:;\s*q=([01](?:\.[0-9]*)?))?\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class PortalPage:
    """Which template, with what, at which status, and what its form is bound to."""

    template: str
    values: dict[str, Any]
    status: int = 200
    bond: FormBinding = FormBinding.SESSION


class PageRenderer:
    """Draws pages; every value is escaped by the templates."""

    def __init__(self, cookies: Cookies, forms: CsrfTokens) -> None:
        self._cookies = cookies
        self._forms = forms
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(self, request: Request, page: PortalPage, language: str | None = None) -> Response:
        """Return the page; a form on it carries the token that proves it ours."""
        spoken = language or self.language_of(request)
        visit = self._cookies.visit(request)
        t = texts(spoken)

        def said(message: str, **values: object) -> Markup:
            # The message is ours, the values are people's.
            return Markup(t.gettext(message, **{k: escape(v) for k, v in values.items()}))  # noqa: S704

        html = self._templates.get_template(page.template).render(
            {
                "_": said,
                "ngettext": t.ngettext,
                "t": t,
                "language": _written(spoken),
                "form_token": self._forms.token(request, page.bond, visit),
                **page.values,
            }
        )
        response = HTMLResponse(html, page.status)
        self._cookies.remember(response, visit, request.query_params.get("lang"))
        return response

    def language_of(self, request: Request) -> str:
        """Return the language that the address, the cookie or the browser asks for."""
        for wanted in (request.query_params.get("lang"), self._cookies.language(request)):
            if wanted in LANGUAGES:
                return str(wanted)
        preferred = _preferred(request.headers.get("accept-language", ""))
        return negotiate_locale(preferred, list(LANGUAGES), sep="-") or FALLBACK


def _preferred(header: str) -> list[str]:
    # The heaviest first; what weighs nothing is not wanted (RFC 9110, 12.5.4).
    weighted = [
        (tag, float(weight or 1)) for tag, weight in _ACCEPTED.findall(header[:500].lower())
    ]
    weighted.sort(key=itemgetter(1), reverse=True)
    return [tag for tag, weight in weighted if weight > 0]


def _written(language: str) -> str:
    # Screen readers pronounce by it, and what is not translated yet is in English.
    return language if texts(language).gettext(SAMPLE) != SAMPLE else FALLBACK
