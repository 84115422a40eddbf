"""The transport to Telegram: aiohttp, which carries several times the requests of the library's default."""

import asyncio
import io
import json
import re
from http import HTTPStatus
from typing import Any
from urllib.request import getproxies

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from core.machine.proxy import proxy_failures, socks_for
from core.machine.server_time import ServerTime

KEEP_ALIVE = 60.0
"""Seconds an idle connection is kept: a new one costs several round trips, and talk comes in bursts."""

_POOL_TIMEOUT = "Pool timeout: all connections are occupied. The request was not sent to Telegram."
_TOKEN = re.compile(r"(?:/bot|bot(?=\d+:))[^/\s]+")


class NotSent(NetworkError):
    """Nothing of the request has reached Telegram."""


class NotSentInTime(TimedOut, NotSent):
    """The time was up before there was a connection."""


class Unanswered(NetworkError):
    """The request may or may not have been carried out: there was no answer, or none that can be read."""


class UnansweredInTime(TimedOut, Unanswered):
    """The time was up before there was an answer."""


class AiohttpRequest(BaseRequest):
    """HTTP for a telegram.Bot. Timeouts are in seconds, None means no limit, and each may be overridden by a
    request.

    connection_pool_size: how many requests may be under way at once; the next one waits up to pool_timeout.

    Raises TimedOut when time is up and NetworkError for every other failure. Where there was no answer, or
    only that of a gateway which got none, both are either NotSent or Unanswered. Their texts and causes never
    carry the bot's token, which is a part of every address and so of aiohttp's own errors.
    """

    __slots__ = (
        "_media_write_timeout", "_pool_size", "_ready", "_session", "_slots", "_timeouts", "server_time",
    )  # fmt: skip

    def __init__(
        self,
        connection_pool_size: int = 256,
        *,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
    ) -> None:
        self.server_time = ServerTime()
        self._pool_size = connection_pool_size
        self._timeouts = {
            "read": read_timeout,
            "write": write_timeout,
            "connect": connect_timeout,
            "pool": pool_timeout,
        }
        self._media_write_timeout = media_write_timeout
        self._ready = False
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(connection_pool_size)

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for data when a request does not say otherwise."""
        return self._timeouts["read"]

    async def initialize(self) -> None:
        """Allow requests. The first one opens the session: an initialize that is cut short leaks nothing."""
        if not self._ready:
            self._slots = asyncio.Semaphore(self._pool_size)  # belongs to the running loop
            self._ready = True

    async def shutdown(self) -> None:
        """Close the session; after another `initialize` there will be a new one."""
        session, self._session, self._ready = self._session, None, False
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request. Returns the status and the body of the answer, whatever the status."""
        if not self._ready:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        session = self._session = self._session or self._open(url)
        files = request_data is not None and request_data.contains_files
        write_default = self._media_write_timeout if files else self._timeouts["write"]
        timeout = _client_timeout(
            read=_given(read_timeout, self._timeouts["read"]),
            write=_given(write_timeout, write_default),
            connect=_given(connect_timeout, self._timeouts["connect"]),
            body=request_data is not None,
        )
        slots = self._slots
        try:
            async with asyncio.timeout(_given(pool_timeout, self._timeouts["pool"])):
                await slots.acquire()
        except TimeoutError:
            raise NotSentInTime(_POOL_TIMEOUT) from None
        try:
            body = _body(request_data)
            async with session.request(
                method, url, data=body, timeout=timeout, allow_redirects=False
            ) as response:
                self.server_time.heard(response.headers)
                if response.status == HTTPStatus.GATEWAY_TIMEOUT:
                    raise Unanswered("Gateway Timeout")  # those who were asked may still do it
                return response.status, await response.read()
        # `from None`: the cause's text would carry the address, and with it the token, into a traceback.
        except aiohttp.ClientConnectorError as error:
            raise NotSent(f"aiohttp.{type(error).__name__}: {_without_token(error)}") from None
        except aiohttp.ConnectionTimeoutError:
            raise NotSentInTime from None
        except TimeoutError:
            raise UnansweredInTime from None
        except proxy_failures() as error:
            raise NotSent(f"The SOCKS proxy failed: {type(error).__name__}") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unanswered(f"aiohttp.{type(error).__name__}: {_without_token(error)}") from None
        finally:
            slots.release()

    def _open(self, url: str) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=_connector(socks_for(url)),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            # With this aiohttp looks for proxies in a thread at each request, which halves its speed.
            trust_env=not getproxies().keys().isdisjoint({"http", "https"}),
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dict. Unlike the library's own, it never logs what people wrote."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise Unanswered("Invalid server response")
        return answer


def _connector(socks: str | None) -> aiohttp.BaseConnector:
    """No limit here: the semaphore is the limit, so that waiting for a connection has its own timeout."""
    if socks is None:
        return aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE)
    from aiohttp_socks import ProxyConnector

    proxy = socks.replace("socks5h://", "socks5://", 1)
    return ProxyConnector.from_url(proxy, rdns=True, limit=0, keepalive_timeout=KEEP_ALIVE)


def _given(timeout: ODVInput[float], default: float | None) -> float | None:
    return default if isinstance(timeout, DefaultValue) else timeout


def _client_timeout(
    *, read: float | None, write: float | None, connect: float | None, body: bool
) -> aiohttp.ClientTimeout:
    """The library's timeouts in aiohttp's terms.

    aiohttp starts `sock_read` when the body is written and has no limit for the writing itself. So a request
    with a body is limited as a whole to connect + write + read: a stuck upload ends, at most one read timeout
    late. A download has nothing to write and may take as long as data keeps coming.
    """
    total = None
    if body and read is not None and write is not None and connect is not None:
        total = connect + write + read
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_read=read)


def _body(request_data: RequestData | None) -> aiohttp.FormData | None:
    """Parameters as a form; multipart as soon as there is a file."""
    if request_data is None:
        return None
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, content, mimetype) in request_data.multipart_data.items():
        # aiohttp sends bytes in one piece and warns about large ones; a stream goes out in chunks.
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mimetype)
    return form


def _without_token(error: Exception) -> str:
    return _TOKEN.sub("/bot***", str(error))
