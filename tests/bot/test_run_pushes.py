"""The whole bot as its own process, on a simulated market whose clock goes 3600 times as fast."""

import aiohttp
import pytest

from tests.bot.test_run import ANNA, PATIENCE, running, stopped
from tests.bot_api import BotApi

pytestmark = pytest.mark.process

SPEEDY = {"MARKET": "simulated", "SCENARIO": "funding-flip", "SIMULATION_SPEED": "3600"}


async def fetched(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_an_alert_that_is_reached_is_pushed_within_seconds_and_counted(
    database_url: str, unused_tcp_port: int
) -> None:
    async with (
        BotApi() as api,
        running(api, database_url, **SPEEDY, METRICS_PORT=str(unused_tcp_port)) as bot,
    ):
        api.say(ANNA, "/alert funding SOL below 0%")
        assert "is on" in (await api.reply(ANNA, within=PATIENCE)).text
        pushed = await api.reply(ANNA, within=PATIENCE)
        assert "SOL" in pushed.text
        assert "Your limit: shorts pay anything" in pushed.text
        assert "SIMULATED" in pushed.text
        api.press(ANNA, "Snooze 1 h")
        asleep = await api.reply(ANNA, within=PATIENCE)
        assert "asleep" in asleep.text
        assert asleep.id != pushed.id, "what happened stays to be read"
        told = f"http://127.0.0.1:{unused_tcp_port}"
        status, page = await fetched(f"{told}/metrics")
        assert status == 200
        assert 'microhedge_sends_total{result="sent"} 1.0' in page
        assert 'microhedge_alerts_fired_total{venue="simulated"} 1.0' in page
        assert (await fetched(f"{told}/healthz"))[0] == 200
        log = await stopped(bot)
    assert "Traceback" not in log
