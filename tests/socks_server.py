"""A small SOCKS 5 proxy on this machine, that remembers where it was asked to connect to."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

DONE, REFUSED = 0, 5


@dataclass
class SocksServer:
    """`async with SocksServer() as proxy: ... proxy.url`. login: user and password that it asks for."""

    login: tuple[str, str] | None = None
    refuses: bool = False
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._handle, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        login = f"{':'.join(self.login)}@" if self.login else ""
        return f"socks5://{login}127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._let_in(reader, writer):
            return
        _version, _command, _, kind = await reader.readexactly(4)
        if kind == 1:
            host = socket.inet_ntoa(await reader.readexactly(4))
        else:
            (length,) = await reader.readexactly(1)
            host = (await reader.readexactly(length)).decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append((host, port))
        writer.write(bytes([5, REFUSED if self.refuses else DONE, 0, 1, 0, 0, 0, 0, 0, 0]))
        await writer.drain()
        if not self.refuses:
            there, back = await asyncio.open_connection(host, port)
            try:
                await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
            finally:
                back.close()

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _version, count = await reader.readexactly(2)
        await reader.readexactly(count)
        if self.login is None:
            writer.write(b"\x05\x00")
            return True
        writer.write(b"\x05\x02")
        given = []
        await reader.readexactly(1)
        for _part in self.login:
            (length,) = await reader.readexactly(1)
            given.append((await reader.readexactly(length)).decode())
        good = tuple(given) == self.login
        writer.write(b"\x01\x00" if good else b"\x01\x01")
        await writer.drain()
        return good


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()
