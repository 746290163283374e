"""Renders the portal website's pages from templates, in the user's or the browser's language."""

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
_ACCEPTED = re.compile(r"([a-z]+(?:-[a-z0-9]+)*)\s*(?:;\s*q=([01](?:\.[0-9]*)?))?\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class PortalPage:
    """A page to render: template, values, HTTP status, and what its form is bound to."""

    template: str
    values: dict[str, Any]
    status: int = 200
    binding: FormBinding = FormBinding.SESSION


class PageRenderer:
    """Renders pages; the templates escape every value."""

    def __init__(self, cookies: Cookies, csrf_tokens: CsrfTokens) -> None:
        self._cookies = cookies
        self._csrf_tokens = csrf_tokens
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, request: Request, page: PortalPage, language: str | None = None) -> Response:
        """Return the page; its forms carry a CSRF token."""
        tag = language or self.language_of(request)
        browser_id = self._cookies.browser_id_or_new(request)
        t = texts(tag)

        def translate(message: str, **values: object) -> Markup:
            # The message is ours and safe; the values come from people.
            return Markup(t.gettext(message, **{k: escape(v) for k, v in values.items()}))  # noqa: S704

        html = self._templates.get_template(page.template).render(
            {
                "_": translate,
                "ngettext": t.ngettext,
                "t": t,
                "language": t.shown_language,
                "form_token": self._csrf_tokens.token(request, page.binding, browser_id),
                **page.values,
            }
        )
        response = HTMLResponse(html, page.status)
        self._cookies.remember(response, browser_id, request.query_params.get("lang"))
        return response

    def language_of(self, request: Request) -> str:
        """Return the language of the `lang` parameter, else of the cookie, else of the browser."""
        for tag in (request.query_params.get("lang"), self._cookies.language(request)):
            if tag in LANGUAGES:
                return str(tag)
        preferred = _preferred(request.headers.get("accept-language", ""))
        return negotiate_locale(preferred, list(LANGUAGES), sep="-") or FALLBACK


def _preferred(header: str) -> list[str]:
    # The highest weight first; a weight of zero means "not acceptable" (RFC 9110, 12.5.4).
    weighted = [
        (tag, float(weight or 1)) for tag, weight in _ACCEPTED.findall(header[:500].lower())
    ]
    weighted.sort(key=itemgetter(1), reverse=True)
    return [tag for tag, weight in weighted if weight > 0]
