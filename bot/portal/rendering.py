"""Renders the portal website's pages from templates, in the user's or the browser's language."""

import re
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import negotiate_locale
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.portal.cookies import Cookies
from bot.portal.csrf import CsrfTokens, FormBinding
from core.languages.tags import FALLBACK, LANGUAGES
from core.languages.texts import texts

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
# The parameter of the links with which a reader chooses a language.
CHOICE = "choose_language"
# The page to which these links lead, for the paths that can be opened by a link.
PAGES = {path: path for path in ("/sign-in", "/ask", "/password", "/account")}
PAGES["/sessions"] = "/account"
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

    def render(self, request: Request, page: PortalPage, language: str | None = None) -> Response:
        """Return the page, for a user with this language; its forms carry a CSRF token."""
        tag = self.language_of(request, language)
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
                "offered": LANGUAGES,
                "here": PAGES.get(request.url.path, "/"),
                "form_token": self._csrf_tokens.token(request, page.binding, browser_id),
                **page.values,
            }
        )
        response = HTMLResponse(html, page.status, {"content-language": t.shown_language})
        self._cookies.remember(response, browser_id, request.query_params.get("lang"))
        if (chosen := request.query_params.get(CHOICE)) in LANGUAGES:
            self._cookies.set_chosen_language(response, str(chosen))
        return response

    def language_of(self, request: Request, account_language: str | None = None) -> str:
        """Return the language of the page for this reader (D20).

        The first that is known counts: the one chosen on a page, the one of the signed-in user,
        the one of the link that was followed, now or earlier, and the browser's.
        """
        query = request.query_params
        # A link that was followed after the choice is newer than it, where nobody is signed in.
        linked = None if account_language else query.get("lang")
        for tag in (
            query.get(CHOICE),
            linked,
            self._cookies.chosen_language(request),
            account_language,
            self._cookies.language(request),
        ):
            if tag in LANGUAGES:
                return str(tag)
        preferred = _preferred(request.headers.get("accept-language", ""))
        return negotiate_locale(preferred, list(LANGUAGES), sep="-") or FALLBACK

    @cached_property
    def _templates(self) -> "Environment":
        # Imported on first use to shorten the start (`benchmarks/start.py`).
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

        return Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )


def _preferred(header: str) -> list[str]:
    # The highest weight first; a weight of zero means "not acceptable" (RFC 9110, 12.5.4).
    weighted = [
        (tag, float(weight or 1)) for tag, weight in _ACCEPTED.findall(header[:500].lower())
    ]
    weighted.sort(key=itemgetter(1), reverse=True)
    return [tag for tag, weight in weighted if weight > 0]
