"""What the operator sees: /healthz and /metrics, on a port of this machine alone."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from bot.health.troubles import ANSWER, Troubles
from core.domain.errors import BadInput, NoData, NoStore
from core.domain.trace import trace
from core.prices.watch import Watch
from core.store.queue.outbox import Depth, Outbox

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
CIRCUITS = ("closed", "opened", "half-opened", "waiting")
FIGURES = {"quotes": "quotes_at", "funding": "funding_at", "closes": "closes_at"}
"""The figures whose age is told, and the field of a venue's health that says since when we have them."""
SWEEP_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Counts what happens, and looks up the rest when it is asked for.

    clock: aware UTC. troubles: what /healthz tells.
    """

    def __init__(
        self,
        watch: Watch,
        outbox: Outbox,
        clock: Callable[[], datetime],
        troubles: Troubles | None = None,
    ) -> None:
        self.troubles = troubles or Troubles()
        self._watch = watch
        self._outbox = outbox
        self._clock = clock
        self._look: asyncio.Task[Depth] | None = None
        own = self._registry = CollectorRegistry()
        self._sends = Counter("microhedge_sends", "Tries to send notices", ["result"], registry=own)
        self._sweeps = Histogram(
            "microhedge_sweep_seconds", "Duration of a sweep", ["venue"], registry=own, buckets=SWEEP_SECONDS
        )
        self._fired = Counter("microhedge_alerts_fired", "Alerts that fired", ["venue"], registry=own)
        self._unswept = Counter("microhedge_sweep_failures", "Sweeps that failed", ["venue"], registry=own)
        self._stalls = Counter("microhedge_loop_stalls", "Times the event loop stood still", registry=own)
        self._tallies = Counter("microhedge_wrong_tallies", "Tallies that were not as replayed", registry=own)
        self._depth = Gauge("microhedge_notices", "Notices to deliver", ["state"], registry=own)
        self._oldest = Gauge(
            "microhedge_oldest_notice_age_seconds", "Since when the oldest notice is due", registry=own
        )
        self._ages = Gauge(
            "microhedge_age_seconds", "Age of a venue's figures", ["venue", "of"], registry=own
        )
        self._circuits = Gauge(
            "microhedge_circuit", "1 for the state of a venue's circuit", ["venue", "state"], registry=own
        )

    def sent(self, result: str) -> None:
        """To be called with the result of each try to send a notice."""
        self._sends.labels(result).inc()
        self.troubles.alive("deliver")

    def swept(self, venue: str, seconds: float, fired: int) -> None:
        """To be called when a sweep has ended."""
        self._sweeps.labels(venue).observe(seconds)
        self._fired.labels(venue).inc(fired)
        self.troubles.over(_sweep(venue))

    def sweep_failed(self, venue: str) -> None:
        """To be called when a sweep has failed, so that nobody was told of alerts on this venue."""
        self._unswept.labels(venue).inc()
        self.troubles.report(
            _sweep(venue), f"Alerts on {venue} are not checked: sweeps fail. The log says how."
        )

    def stood_still(self) -> None:
        """To be called when the event loop was found standing still."""
        self._stalls.inc()

    def tallies_checked(self, wrong: int) -> None:
        """To be called with how many tallies were not what their journals say. They are made anew."""
        self._tallies.inc(wrong)
        if wrong:
            self.troubles.report("tallies", f"{wrong} sums of journals were wrong and are made anew.")
        else:
            self.troubles.over("tallies")

    async def page(self) -> bytes:
        """All figures in Prometheus' text format. Raises NoData where the database does not answer."""
        now = self._clock()
        depth = await self._waiting()
        for state in ("waiting", "sending", "unknown"):
            self._depth.labels(state).set(getattr(depth, state))
        self._oldest.set(max((now - depth.oldest).total_seconds(), 0) if depth.oldest else 0)
        for each in self._watch.health():
            for figure, since in FIGURES.items():
                if (at := getattr(each, since)) is not None:
                    self._ages.labels(each.venue, figure).set((now - at).total_seconds())
            for state in CIRCUITS:
                self._circuits.labels(each.venue, state).set(each.health.circuit == state)
        return generate_latest(self._registry)

    async def _waiting(self) -> Depth:
        """How many notices wait. Raises NoData where the database does not answer; it is not asked again
        before it has.
        """
        look = self._look
        if look is None or look.done():
            look = self._look = asyncio.create_task(self._outbox.depth(self._clock()))
            # Whoever asked may have gone by then, and asyncio would complain of a failure that nobody has
            # seen.
            look.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({look}, timeout=ANSWER)
        if not look.done():
            raise NoData(f"The database has not answered for {ANSWER:g} s.")
        try:
            return look.result()
        except (NoData, NoStore):
            raise
        except Exception as error:  # noqa: BLE001
            log.error("What waits cannot be read\n%s", trace(error))  # noqa: TRY400
            raise NoData("The database cannot be read.") from None


def _sweep(venue: str) -> str:
    """The name under which troubles with the sweeps of a venue are reported."""
    return f"sweep:{venue}"


async def ready_at_once() -> str | None:
    """A process that is ready as soon as it runs."""
    return None


@asynccontextmanager
async def served(
    metrics: Metrics, port: int, host: str = HOST, ready: Callable[[], Awaitable[str | None]] = ready_at_once
) -> AsyncIterator[str]:
    """Answers /healthz, /readyz and /metrics until the end, and gives their address. Port 0 is any free one.

    ready: says why no work should be given to this process yet; None where it should.

    Raises BadInput where the port is taken.
    """

    async def healthz(_request: web.Request) -> web.Response:
        problems = await metrics.troubles.found()
        return web.json_response({"ok": not problems, "problems": problems}, status=503 if problems else 200)

    async def page(_request: web.Request) -> web.Response:
        try:
            body = await metrics.page()
        except (NoData, NoStore) as error:
            return web.Response(status=503, text=str(error))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def readyz(_request: web.Request) -> web.Response:
        try:
            why = await ready()
        except (NoData, NoStore) as error:
            why = str(error)
        return web.json_response({"ok": why is None, "why": why}, status=503 if why else 200)

    application = web.Application()
    application.add_routes(
        [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", page)]
    )
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise BadInput(f"METRICS_PORT {port} cannot be opened: {error.strerror}.") from None
        name, opened = runner.addresses[0][:2]
        log.info("Telling how it goes at http://%s:%d/metrics", name, opened)
        yield f"http://{name}:{opened}"
    finally:
        await runner.cleanup()
