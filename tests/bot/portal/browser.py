"""A minimal HTTP client with cookies that loads the portal's pages and submits their forms."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape
from types import TracebackType
from typing import Self

from aiohttp import ClientSession, CookieJar
from yarl import URL


@dataclass
class Page:
    """A response as it arrived."""

    status: int
    url: str
    text: str
    headers: dict[str, str]
    set_cookies: list[str]

    @property
    def form_token(self) -> str:
        """Return the CSRF token in the page's form."""
        found = re.search(r'name="form_token" value="([^"]*)"', self.text)
        assert found is not None
        return unescape(found.group(1))

    def field_errors(self) -> dict[str, str]:
        """Return the errors that the fields refer to, by the fields' ids."""
        found = {}
        for name, described in re.findall(
            r'<input id="(\w+)"[^>]* aria-describedby="([^"]*)" aria-invalid="true"', self.text
        ):
            assert described.split()[0] == f"{name}-error"
            text = re.search(rf'<p class="error" id="{name}-error">([^<]*)</p>', self.text)
            assert text is not None
            assert f'<a href="#{name}">{text.group(1)}</a>' in self.text
            found[name] = unescape(text.group(1))
        return found

    def focused(self) -> str:
        """Return the id of the only element that gets the focus when the page opens."""
        (name,) = re.findall(r'<\w+[^>]* id="(\w+)"[^>]* autofocus[ >]', self.text)
        return str(name)

    def says(self, sentence: str) -> bool:
        """Return whether the page shows the sentence."""
        shown = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", self.text)))
        return sentence in shown


@dataclass
class Browser:
    """One person's browser at one portal."""

    base: str
    language: str = "en"
    headers: dict[str, str] = field(default_factory=dict)
    page: Page = field(init=False)

    async def __aenter__(self) -> Self:
        self._session = ClientSession(
            cookie_jar=CookieJar(unsafe=True), headers={"Accept-Language": self.language}
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def get(self, path: str) -> Page:
        """Open an address."""
        return await self._ask("GET", path, None)

    async def post(self, path: str, **typed: str) -> Page:
        """Send a form with the CSRF token of the open page."""
        token = typed.pop("form_token", None) or self.page.form_token
        return await self._ask("POST", path, {"form_token": token, **typed})

    async def post_only(self, path: str, **typed: str) -> Page:
        """Send a form without following a redirect."""
        data = {"form_token": self.page.form_token, **typed}
        return await self._ask("POST", path, data, follow=False)

    async def sign_in(self, username: str, password: str) -> Page:
        """Open the sign-in form, fill it in and send it."""
        await self.get("/sign-in")
        return await self.post("/sign-in", username=username, password=password)

    async def choose(self, password: str, again: str | None = None, current: str = "") -> Page:
        """Choose a password on the open page, which may ask for the current one."""
        return await self.post(
            "/password", password=password, again=again or password, current=current
        )

    def cookies(self) -> dict[str, str]:
        """Return the cookies by name."""
        return {cookie.key: cookie.value for cookie in self._session.cookie_jar}

    def take(self, cookies: dict[str, str]) -> None:
        """Set these cookies; they replace those of the same name."""
        self._session.cookie_jar.update_cookies(cookies, URL(self.base))

    async def send_in_chunks(self, path: str, chunk: bytes, times: int) -> Page:
        """Send a form in chunks, without a stated length."""

        async def body() -> AsyncIterator[bytes]:
            for _ in range(times):
                yield chunk

        self.headers["Content-Type"] = "application/x-www-form-urlencoded"
        return await self._ask("POST", path, body())

    async def send(self, path: str, body: bytes) -> Page:
        """Send a body unchanged, with the browser's headers."""
        return await self._ask("POST", path, body)

    async def _ask(
        self,
        method: str,
        path: str,
        data: dict[str, str] | AsyncIterator[bytes] | bytes | None,
        *,
        follow: bool = True,
    ) -> Page:
        async with self._session.request(
            method, self.base + path, data=data, headers=self.headers, allow_redirects=follow
        ) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            text = await answer.text()
            cookies = answer.headers.getall("Set-Cookie", [])
            self.page = Page(answer.status, str(answer.url), text, headers, cookies)
            return self.page
