"""The page served on this machine: its files, what happens as a stream of events, and what visitors do."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.page.guard import HOST, guarded, protect
from bot.page.stage import MarketStage
from bot.page.visitor import Talk, Visitor
from bot.page.visitors import Visitors
from bot.page.watching import Watching
from bot.picture.render import png
from bot.reading.documents import MOST_BYTES
from core.domain.errors import BadInput, HedgeError

STATIC = Path(__file__).parent / "static"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
USUAL_PORT = 8787
"""The port of the page where it is free; any other one where it is not."""
MOST_BODY = MOST_BYTES + 1024
"""The largest body that a request may have: a file that is one byte too large is told of in words."""
BEAT = 15.0
"""Seconds after which a stream says that it is still there."""
GRACE = 10.0
"""Seconds that answers under way have left when the page is closed."""
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Site:
    """The handlers of all requests."""

    talk: Talk
    visitors: Visitors
    stage: MarketStage
    watching: Watching

    def routes(self) -> list[web.RouteDef]:
        """Every address of the page."""
        return [
            web.get("/", self._open),
            web.get("/events", self._events),
            web.get("/file/{token}", self._file),
            web.get("/{name:[a-z]+\\.(?:css|js|svg)}", _static),
            web.get("/picture/{token}/{ground:light|dark}.png", self._picture),
            web.post("/say", self._say),
            web.post("/press", self._press),
            web.post("/give", self._give),
            web.post("/market", self._market),
        ]

    async def _open(self, request: web.Request) -> web.Response:
        """The page. A browser that comes for the first time becomes a visitor."""
        response = _from_disk("index.html")
        if self.visitors.get(request.cookies.get(_cookie(request))) is None:
            response.set_cookie(
                _cookie(request), self.visitors.enter(), max_age=YEAR, httponly=True, samesite="Strict"
            )
        return response

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """All that there is, then what happens, until the browser goes away."""
        visitor = self._visitor(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        queue = visitor.look()
        try:
            await _send(response, self._all(visitor))
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), BEAT)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event is None:
                    break
                await _send(response, event)
        except ConnectionResetError:
            pass  # the browser has gone away
        finally:
            visitor.leave(queue)
        return response

    def _all(self, visitor: Visitor) -> dict[str, Any]:
        return {
            "kind": "all",
            "messages": visitor.messages,
            "commands": [{"name": each.name, "help": each.help} for each in self.talk.commands],
            "market": self.stage.shown(),
            "strip": [point.shown() for point in visitor.strip.points],
        }

    async def _say(self, request: web.Request) -> web.Response:
        """A line of the visitor: `line`, and `reply_to` where it answers a question."""
        visitor = self._visitor(request)
        match await _body(request):
            case {"line": str(line), "reply_to": int() | None as reply_to} if line.strip():
                return await _done(visitor.say(line, reply_to))
        return _refused("There is nothing to say.")

    async def _give(self, request: web.Request) -> web.Response:
        """A file as the body, with its `name` behind the address."""
        visitor = self._visitor(request)
        return await _done(visitor.give(request.query.get("name", ""), await request.read()))

    async def _press(self, request: web.Request) -> web.Response:
        """A button of a message: the `message`, and the `row` and `place` of the button in it."""
        visitor = self._visitor(request)
        match await _body(request):
            case {"message": int(number), "row": int(row), "place": int(place)}:
                return await _done(visitor.press(number, row, place))
        return _refused("There is no such button.")

    async def _market(self, request: web.Request) -> web.Response:
        """A move of the market or its clock, see `bot.page.stage.MarketStage.move`."""
        visitor = self._visitor(request)
        body = await _body(request)
        try:
            self.stage.move(body, self.watching.biggest_short(visitor))
        except BadInput as error:
            return _refused(str(error))
        return web.json_response({})

    async def _file(self, request: web.Request) -> web.Response:
        """A document of the visitor's chat."""
        file = self._visitor(request).file(request.match_info["token"])
        if file is None:
            raise web.HTTPNotFound(text="That file is gone. Ask for it again.")
        name = quote(file.name)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)

    async def _picture(self, request: web.Request) -> web.Response:
        """A picture of the visitor's chat, on a light or a dark ground."""
        picture = self._visitor(request).picture(request.match_info["token"])
        if picture is None:
            raise web.HTTPNotFound(text="That picture is gone. Ask for it again.")
        dark = request.match_info["ground"] == "dark"
        image = await png(picture.dark if dark else picture.light)
        return web.Response(body=image, content_type="image/png")

    def _visitor(self, request: web.Request) -> Visitor:
        visitor = self.visitors.get(request.cookies.get(_cookie(request)))
        if visitor is None:
            raise web.HTTPForbidden(text="Open the page anew.")
        return visitor


@contextlib.asynccontextmanager
async def page_served(site: Site, port: int = USUAL_PORT) -> AsyncIterator[str]:
    """Serve the page until the end, and give its address. Where the port is taken, any free one is."""
    application = web.Application(middlewares=[guarded], client_max_size=MOST_BODY)
    application.add_routes(site.routes())
    application.on_response_prepare.append(protect)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    going_on = asyncio.create_task(site.watching.go_on())
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError:
            await web.TCPSite(runner, HOST, 0).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}/"
    finally:
        site.watching.stop()
        await asyncio.wait({going_on}, timeout=GRACE)
        for visitor in site.visitors:
            visitor.end()
        await runner.cleanup()


def _cookie(request: web.Request) -> str:
    """The name of the cookie. Browsers do not tell ports apart, so that two demos need two names."""
    return f"visitor-{request.host.rpartition(':')[2]}"


async def _static(request: web.Request) -> web.Response:
    return _from_disk(request.match_info["name"])


def _from_disk(name: str) -> web.Response:
    path = STATIC / name
    if not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8")


async def _send(response: web.StreamResponse, event: dict[str, Any]) -> None:
    await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())


async def _body(request: web.Request) -> dict[str, Any]:
    """The JSON object that a request brings; an empty one where it brings nothing readable."""
    if request.content_type != "application/json":
        return {}
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def _done(work: Any) -> web.Response:
    try:
        await work
    except HedgeError as error:
        return _refused(str(error))
    return web.json_response({})


def _refused(why: str) -> web.Response:
    return web.json_response({"error": why}, status=400)
