"""What the one who runs the program sees of it, over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.health import metrics, troubles
from bot.health.metrics import HOST, Metrics, served
from bot.health.troubles import Troubles
from core.domain.errors import BadInput
from core.store.database import Database, open_database
from core.store.queue.outbox import Outbox
from tests.conversation import Talk, talk_over
from tests.notices import known, notice


class Reader:
    """Somebody who looks at the pages."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.outbox = Outbox(talk.database)
        self.passed = 1000.0
        self.troubles = Troubles(lambda: self.passed)
        self.troubles.check("database", talk.database.prove)
        self.metrics = Metrics(talk.watch, self.outbox, talk.clock, self.troubles)

    async def get(self, page: str) -> tuple[int, str]:
        async with (
            served(self.metrics, 0) as url,
            aiohttp.ClientSession() as session,
            session.get(url + page) as answer,
        ):
            return answer.status, await answer.text()

    async def figures(self) -> dict[str, float]:
        """/metrics, by name and labels."""
        status, text = await self.get("/metrics")
        assert status == 200
        return {
            f"{sample.name}{{{','.join(map('='.join, sorted(sample.labels.items())))}}}": sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


@pytest.fixture
def reader(embedded: Database) -> Reader:
    return Reader(talk_over(embedded))


async def test_it_tells_what_waits_and_since_when(reader: Reader) -> None:
    await known(reader.talk.database, [1, 2, 3], reader.talk.clock())
    for user in (1, 2, 3):
        await reader.outbox.post(user, notice("drifted", reader.talk.clock()))
    await reader.outbox.claim(reader.talk.clock(), 1, timedelta(hours=1))
    reader.talk.clock.move(seconds=90)
    figures = await reader.figures()
    assert figures["microhedge_notices{state=waiting}"] == 2
    assert figures["microhedge_notices{state=sending}"] == 1
    assert figures["microhedge_notices{state=unknown}"] == 0
    assert figures["microhedge_oldest_notice_age_seconds{}"] == 90


async def test_it_tells_how_old_the_figures_are_and_how_the_circuits_stand(reader: Reader) -> None:
    await reader.talk.say("/add SOL 60")
    await reader.talk.say("/hedge")
    reader.talk.clock.move(seconds=30)
    figures = await reader.figures()
    assert figures["microhedge_age_seconds{of=quotes,venue=simulated}"] == 30
    assert figures["microhedge_age_seconds{of=closes,venue=simulated}"] == 30
    assert figures["microhedge_circuit{state=closed,venue=simulated}"] == 1
    assert figures["microhedge_circuit{state=opened,venue=simulated}"] == 0


async def test_it_counts_sends_by_their_result_and_sweeps_by_their_time(reader: Reader) -> None:
    for result in ("sent", "sent", "doubtful"):
        reader.metrics.sent(result)
    reader.metrics.swept("simulated", 0.03, fired=4)
    figures = await reader.figures()
    assert figures["microhedge_sends_total{result=sent}"] == 2
    assert figures["microhedge_sends_total{result=doubtful}"] == 1
    assert figures["microhedge_sweep_seconds_sum{venue=simulated}"] == 0.03
    assert figures["microhedge_sweep_seconds_bucket{le=0.025,venue=simulated}"] == 0
    assert figures["microhedge_sweep_seconds_bucket{le=0.05,venue=simulated}"] == 1
    assert figures["microhedge_alerts_fired_total{venue=simulated}"] == 4


async def test_it_is_well_while_its_jobs_run(reader: Reader) -> None:
    reader.troubles.expect("deliver", within=60)
    reader.passed += 59
    assert await reader.troubles.found() == ()
    reader.passed += 2
    assert await reader.troubles.found() == ("deliver has not run for 61 s",)
    reader.troubles.alive("deliver")
    assert await reader.troubles.found() == ()


async def test_its_health_is_asked_over_http(reader: Reader) -> None:
    assert await reader.get("/healthz") == (200, '{"ok": true, "problems": []}')
    reader.troubles.expect("deliver", within=-1)
    status, text = await reader.get("/healthz")
    assert status == 503
    assert "deliver has not run" in text


async def test_without_a_database_it_says_so(embedded: Database) -> None:
    talk = talk_over(embedded)
    lost = open_database("postgresql+psycopg://nobody@127.0.0.1:9/nothing?connect_timeout=1")
    reader = Reader(Talk(talk.conversation, talk.clock, lost, talk.watch))
    try:
        status, text = await reader.get("/healthz")
        assert (status, "Cannot reach the database" in text) == (503, True)
        assert (await reader.get("/metrics"))[0] == 503
    finally:
        await lost.close()


async def test_a_database_that_is_silent_does_not_keep_the_one_who_asks(
    embedded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (metrics, troubles):
        monkeypatch.setattr(module, "ANSWER", 0.2)
    async with silence() as port:
        talk = talk_over(embedded)
        lost = open_database(f"postgresql+psycopg://nobody@127.0.0.1:{port}/nothing")
        reader = Reader(Talk(talk.conversation, talk.clock, lost, talk.watch))
        status, text = await reader.get("/healthz")
        assert (status, "has not answered for 0.2 s" in text) == (503, True)
        assert (await reader.get("/metrics"))[0] == 503
        await lost.close()


@asynccontextmanager
async def silence() -> AsyncIterator[int]:
    """The port of a server that says nothing."""
    over = asyncio.Event()

    async def listen(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        over.set()
        server.close()
        await server.wait_closed()


async def test_it_is_for_this_machine_alone_and_a_taken_port_is_said(reader: Reader) -> None:
    async with served(reader.metrics, 0) as url:
        assert url.startswith(f"http://{HOST}:")
        port = int(url.rsplit(":", 1)[1])
        with pytest.raises(BadInput, match=f"METRICS_PORT {port} cannot be opened"):
            async with served(reader.metrics, port):
                pass
