"""A venue on this machine: serves answers as the venue would write them, and remembers what was asked."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

Query = Mapping[str, str]
"""What a request asks for: its query, and the fields of its body where that is a JSON object.

A field that is no text is there as JSON: `5`, `true`, `{"coin": "BTC"}`.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `body` as JSON, or made from the query when callable, or sent as it is when bytes."""

    body: object
    status: int = 200
    content_type: str = "application/json"
    after: float = 0
    """Seconds before it is sent."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    query: Query
    host: str


@dataclass
class VenueServer:
    """`async with VenueServer({path: body}) as venue: ... venue.url`.

    A body may be JSON, bytes, a function of the query, or an `Answer`. `answers` may be changed while it
    runs; `serve` adds an answer for some queries of a path only. What it has no answer for is a 404.
    """

    answers: dict[str, object] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    url: str = ""

    async def __aenter__(self) -> Self:
        self._narrow: list[tuple[str, Query, object]] = []
        self._now = 0
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def serve(self, path: str, body: object, query: Query) -> None:
        """Answer requests of `path` whose query has all of `query` with `body`."""
        self._narrow.append((path, query, body))

    @property
    def counts(self) -> Counter[str]:
        """Requests so far by path."""
        return Counter(request.path for request in self.asked)

    async def _handle(self, request: web.Request) -> web.Response:
        query = await _query(request)
        self.asked.append(Asked(request.method, request.path, query, request.host))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            return await self._answer(request.path, query)
        finally:
            self._now -= 1

    async def _answer(self, path: str, query: Query) -> web.Response:
        found = self._find(path, query)
        answer = found if isinstance(found, Answer) else Answer(found)
        await asyncio.sleep(answer.after)
        body = answer.body(query) if callable(answer.body) else answer.body
        if isinstance(body, bytes):
            return web.Response(
                body=body, status=answer.status, content_type=answer.content_type, headers=answer.headers
            )
        return web.json_response(body, status=answer.status, headers=answer.headers)

    def _find(self, path: str, query: Query) -> object:
        for narrow_path, wanted, body in self._narrow:
            if path == narrow_path and wanted.items() <= query.items():
                return body
        return self.answers.get(path, Answer({"code": -5000, "msg": "Path is invalid"}, status=404))


async def _query(request: web.Request) -> dict[str, str]:
    query = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        body = json.loads(await request.text())
        if isinstance(body, dict):
            query |= {
                name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()
            }
    return query
