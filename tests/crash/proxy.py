"""A TCP proxy that can be cut, so that a server behind it seems to be unavailable."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from sandbox.listening import stop_accepting

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

CHUNK = 65_536


class Proxy:
    """Passes bytes between a port of its own and the server of a URL, until it is cut."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._open: set[StreamWriter] = set()
        self.passed = 0  # bytes

    async def __aenter__(self) -> Self:
        await self.restore()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.cut()

    @property
    def url(self) -> str:
        """The URL of the server, by way of the proxy."""
        user = self._target.netloc.rpartition("@")[0]
        host = f"127.0.0.1:{self._port}"
        return self._target._replace(netloc=f"{user}@{host}" if user else host).geturl()

    async def cut(self) -> None:
        """Drop every connection, and refuse new ones."""
        server, self._server = self._server, None
        if server is not None:
            await stop_accepting(server.sockets)
            server.close()
            for writer in set(self._open):
                writer.transport.abort()
            await server.wait_closed()

    async def restore(self) -> None:
        """Listen again, on the same port."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        host, port = self._target.hostname, self._target.port
        server = self._server
        self._open.add(writer)
        try:
            onward, back = await asyncio.open_connection(host, port)
        except OSError:
            writer.close()
            return
        self._open.add(back)
        if server is None or server is not self._server:  # cut in the meantime
            back.transport.abort()
            writer.transport.abort()
        await asyncio.gather(self._pass_on(reader, back), self._pass_on(onward, writer))
        self._open -= {writer, back}

    async def _pass_on(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(ConnectionError):
            while (data := await reader.read(CHUNK)) and self._server is not None:
                self.passed += len(data)
                writer.write(data)
                await writer.drain()
        writer.close()
