"""The page as a browser talks to it."""

import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from bot.page.guard import HEADERS
from bot.page.site import STATIC
from bot.page.visitor import HIDDEN
from core.store.database import Database
from tests.bot.page.browsing import Browser, Served, page_over, text_of

WHOLE = 150_000
"""Bytes that the page may have in all."""


@pytest.fixture
async def page(embedded: Database) -> AsyncIterator[Served]:
    async with page_over(embedded) as served:
        yield served


@pytest.fixture
async def browser(page: Served) -> AsyncIterator[Browser]:
    async with page.browser() as one:
        yield one


def test_the_page_is_small_and_loads_nothing_from_elsewhere() -> None:
    files = list(STATIC.iterdir())
    assert sum(file.stat().st_size for file in files) < WHOLE
    for file in files:
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text
        assert "https:" not in text
        assert "innerHTML" not in text
        assert " style=" not in text
        assert "onclick=" not in text


async def test_a_line_is_answered_and_its_buttons_are_answered_in_place(browser: Browser) -> None:
    saved = await browser.say("/add sample")
    assert "8 coins" in text_of(saved["body"])
    assert saved["answers"] == "/add"
    portfolio = await browser.say("/portfolio")
    before = len(browser.told)
    assert (await browser.press(portfolio, "Refresh"))[0] == 200
    again = await browser.until(lambda: browser.last("bot", before))
    assert again["number"] == portfolio["number"]
    assert "$50,0" in text_of(again["body"])


async def test_what_was_said_is_there_after_a_reload(page: Served, browser: Browser) -> None:
    await browser.say("SOL 60")
    again = Browser(page.address, browser.session)
    async with page.browser() as other:
        assert other.told[0]["messages"] == [], "another browser is another visitor"
        import asyncio

        listening = asyncio.create_task(again.listen())
        shown = (await again.until(lambda: again.told))[0]
        listening.cancel()
    assert [each["sender"] for each in shown["messages"]] == ["you", "bot"]
    assert {"name": "hedge", "help": "the smallest set of shorts"}.keys() <= shown["commands"][0].keys()


async def test_visitors_have_books_of_their_own(page: Served, browser: Browser) -> None:
    await browser.say("SOL 60")
    async with page.browser() as other:
        assert "SOL" not in text_of((await other.say("/portfolio"))["body"]).split("\n")[0]


async def test_a_fall_moves_the_chart_and_an_alert_is_pushed(page: Served, browser: Browser) -> None:
    await browser.say("/add sample")
    await browser.say("/hedge 2 orders")
    ticket = await browser.say("/ticket")
    before = len(browser.told)
    await browser.press(ticket, "Filled as shown")
    await browser.until(lambda: browser.last("bot", before) and browser.points())
    await browser.post("market", {"shock": "fall"})
    await browser.post("market", {"days": 1})
    last = await browser.until(lambda: [p for p in browser.points() if p["coins"] < -8000])
    assert last[-1]["hedge"] > 6000
    assert last[-1]["both"] == pytest.approx(last[-1]["coins"] + last[-1]["hedge"], abs=0.02)
    push = await browser.until(lambda: browser.last("push"))
    assert push["buttons"]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"scenario": "storm"},
        {"speed": 7},
        {"speed": "60"},
        {"days": 400},
        {"shock": "earthquake"},
        {"shock": "fall", "speed": 60},
        [],
        "fall",
    ],
)
async def test_a_move_that_there_is_not_is_refused(page: Served, browser: Browser, wanted: object) -> None:
    before = page.clock.speed
    status, text = await browser.post("market", wanted)
    assert status == 400
    assert "cannot do that" in text
    assert page.clock.speed == before


async def test_the_clock_pauses_and_another_scenario_begins(page: Served, browser: Browser) -> None:
    assert (await browser.post("market", {"speed": 0}))[0] == 200
    now = page.clock()
    assert (await browser.post("market", {"scenario": "10-october-2025"}))[0] == 200
    market = await browser.until(
        lambda: [m for e in browser.told if e["kind"] == "market" and (m := e["market"])["modelled"]]
    )
    assert market[-1]["speed"] == 0
    assert page.clock() == now


async def test_a_delisting_takes_the_coin_that_is_shorted_most(page: Served, browser: Browser) -> None:
    await browser.say("/add LINK 5000")
    await browser.say("/position add short 400 LINK at 15")
    await browser.until(lambda: page.site.watching.biggest_short(next(iter(page.site.visitors))) == "LINK")
    await browser.post("market", {"shock": "delisted"})
    told = await browser.until(
        lambda: [e for e in browser.told if e["kind"] == "market" and "LINK" in e["market"]["told"]]
    )
    assert told[-1]["market"]["speed"] == 60


async def test_documents_can_be_fetched_by_their_visitor_alone(page: Served, browser: Browser) -> None:
    await browser.say("SOL 60")
    exported = await browser.say("/export")
    file = exported["files"][0]
    async with browser.session.get(page.address + file["address"]) as answer:
        assert answer.status == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert len(await answer.read()) == file["bytes"]
    async with page.browser() as other, other.session.get(page.address + file["address"]) as answer:
        assert answer.status == 404


async def test_a_file_is_read_and_shown_before_it_is_saved(page: Served, browser: Browser) -> None:
    own = {"Origin": page.address.rstrip("/")}
    before = len(browser.told)
    async with browser.session.post(
        f"{page.address}give?name=my%20coins.csv", data=b"Coin,Amount\nSOL,60\n", headers=own
    ) as answer:
        assert answer.status == 200
    read = await browser.until(lambda: browser.last("bot", before))
    assert "SOL: 60" in text_of(read["body"])
    assert {key["label"] for row in read["buttons"] for key in row} >= {"Save", "Fix"}
    async with browser.session.post(
        f"{page.address}give?name=a.csv", data=io.BytesIO(b"x" * 3_000_000), headers=own
    ) as answer:
        assert answer.status == 413


async def test_a_key_is_not_shown_again(browser: Browser) -> None:
    await browser.say("/connect bybit " + "aB3" * 12 + " " + "cD4" * 16)
    mine = browser.last("you")
    assert mine is not None
    assert mine["body"] == [HIDDEN]


async def test_buttons_that_are_gone_are_refused(browser: Browser) -> None:
    answer = await browser.say("/start")
    for body in (
        {"message": 999, "row": 0, "place": 0},
        {"message": answer["number"], "row": 99, "place": 0},
        {"message": answer["number"], "row": 0, "place": -1},
        {"message": answer["number"]},
        {},
    ):
        assert (await browser.post("press", body))[0] == 400


@pytest.mark.parametrize(
    "body", [{}, {"line": "", "reply_to": None}, {"line": 5, "reply_to": None}, [], None]
)
async def test_a_line_that_says_nothing_is_refused(browser: Browser, body: object) -> None:
    assert (await browser.post("say", body))[0] == 400


async def test_every_response_has_a_strict_policy(page: Served, browser: Browser) -> None:
    for path in ("", "page.js", "page.css", "icon.svg", "nothing.js", "nothing"):
        async with browser.session.get(page.address + path) as answer:
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, path
            assert answer.status == (404 if "nothing" in path else 200)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_what_another_site_sends_is_refused(browser: Browser, headers: dict[str, str]) -> None:
    before = len(browser.told)
    assert (await browser.post("say", {"line": "/add SOL 1", "reply_to": None}, **headers))[0] == 403
    assert browser.last("you", before) is None


@pytest.mark.parametrize("path", ["events", "file/x", "", "page.js"])
async def test_another_name_for_this_machine_is_refused(page: Served, path: str) -> None:
    async with ClientSession() as session:
        host = {"Host": "rebound.example:80"}
        async with session.get(page.address + path, headers=host) as answer:
            assert answer.status == 403


async def test_without_the_cookie_of_the_page_nothing_is_done(page: Served) -> None:
    async with ClientSession() as session:
        stranger = Browser(page.address, session)
        assert (await stranger.post("say", {"line": "/start", "reply_to": None}))[0] == 403
        async with session.get(f"{page.address}events") as answer:
            assert answer.status == 403


async def test_a_link_elsewhere_may_open_the_page(page: Served) -> None:
    async with ClientSession() as session:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        async with session.get(page.address, headers=headers) as answer:
            assert answer.status == 200
