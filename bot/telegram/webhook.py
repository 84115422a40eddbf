"""Takes the updates that Telegram sends: each is stored, and only then is Telegram told that it arrived.

Any number of processes may listen behind one public address. The path and the secret that Telegram has to
send along are made of the bot's token: all of them know the same ones, and nobody else can guess them.
"""

import asyncio
import hashlib
import hmac
import json
import logging
from typing import Any

from aiohttp import web

from bot.clocks.clock import utc_now
from bot.telegram.client import BotClient
from bot.telegram.inbox.intake import UPDATES
from bot.telegram.inbox.intake_state import IntakeState
from bot.telegram.inbox.reception import Reception
from core.domain.errors import BadInput

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # nosec B105
MOST_BYTES = 256 * 1024
"""The largest update that is read; Telegram's own are far smaller."""
CONNECTIONS = 100
"""So many updates at most Telegram sends at the same time, which is all that it allows."""
CLOSE = 2.0
"""Seconds that requests under way have left once the program is asked to stop."""


def webhook_path(token: str) -> str:
    """The path that updates of the bot with this token are sent to."""
    return f"/telegram/{_made_of(token, 'path')}"


def webhook_secret(token: str) -> str:
    """What Telegram sends along in the header, so that it is known as Telegram."""
    return _made_of(token, "secret")


def _made_of(token: str, what: str) -> str:
    return hmac.new(token.encode(), f"microhedge webhook {what}".encode(), hashlib.sha256).hexdigest()


class Webhook:
    """A `bot.telegram.source.Source` that listens.

    token: of the bot. public: the address under which Telegram reaches us, without a path. host, port: where
    we listen; port 0 is any free one, and `port` then says which. listening: set once we listen.
    """

    def __init__(self, token: str, public: str, host: str, port: int) -> None:
        self._path = webhook_path(token)
        self._secret = webhook_secret(token)
        self._public = public
        self._host = host
        self.port = port
        self.listening = asyncio.Event()

    async def connect(self, bot: BotClient) -> None:
        """Tell Telegram the address. Every process does so, and all say the same."""
        await bot.set_webhook(
            f"{self._public}{self._path}",
            secret_token=self._secret,
            allowed_updates=list(UPDATES),
            max_connections=CONNECTIONS,
            drop_pending_updates=False,
        )

    async def run(self, bot: BotClient, reception: Reception, state: IntakeState) -> None:
        """Listen until cancelled. Raises BadInput where the port is taken."""
        del bot

        async def take(request: web.Request) -> web.Response:
            return await self._take(request, reception, state)

        application = web.Application(client_max_size=MOST_BYTES)
        application.router.add_post("/{path:.*}", take)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=CLOSE)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, self._host, self.port).start()
            except OSError as error:
                raise BadInput(f"WEBHOOK_PORT {self.port} cannot be opened: {error.strerror}.") from None
            self.port = runner.addresses[0][1]
            log.info("Listening for updates on port %d", self.port)
            self.listening.set()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request, reception: Reception, state: IntakeState) -> web.Response:
        """Store one update. Whoever cannot prove to be Telegram learns nothing, not even what was wrong."""
        given = request.headers.get(SECRET_HEADER, "")
        # Both are compared in any case, so that the time taken does not tell which of them was wrong.
        right = hmac.compare_digest(given.encode(errors="replace"), self._secret.encode())
        right &= hmac.compare_digest(request.path.encode(errors="replace"), self._path.encode())
        if not right:
            return web.Response(status=404)
        body = await request.read()
        state.polled_at = utc_now()
        try:
            update: Any = json.loads(body)
        except ValueError:
            update = None
        # What is not even JSON is passed over like anything else that cannot be read: it would come again.
        stored = await reception.take([update])
        return web.Response(status=200 if stored else 503)
