"""The page in a real browser: headless Chromium, driven by Playwright. Without either, each test says so.

`.ci/run` installs both where it can, and axe-core, which looks for what keeps people from using a page.
"""

import importlib.util
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from core.store.database import Database
from tests.bot.page.browsing import Served, page_over

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
AXE = Path(__file__).parents[3] / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
MISSING = [
    name
    for name, there in (("Chromium", CHROMIUM), ("playwright", importlib.util.find_spec("playwright")))
    if not there
]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 90_000
"""Milliseconds; a busy machine is no failure."""
GRAVE = ("serious", "critical")
LABELS = """[...document.querySelectorAll('button, a, input, textarea, select')]
    .filter(each => each.offsetParent && !(each.textContent.trim() || each.ariaLabel || each.labels?.length))
    .map(each => each.outerHTML)"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(bool(MISSING), reason=f"there is no {' and no '.join(MISSING)} here"),
]


@asynccontextmanager
async def opened(page: Served, **look: Any) -> AsyncIterator[Any]:
    """A tab that has the page open. In the end nothing has been complained of in its console."""
    from playwright.async_api import async_playwright

    complaints: list[str] = []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = await browser.new_context(**{"viewport": {"width": 1000, "height": 800}, **look})
        context.set_default_timeout(PATIENCE)
        tab = await context.new_page()
        tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        await tab.goto(page.address)
        await tab.wait_for_selector("#guide:not([hidden])")
        yield tab
        await browser.close()
    assert complaints == []


async def answers(tab: Any) -> int:
    count: int = await tab.locator("#talk > article.bot").count()
    return count


async def say(tab: Any, line: str) -> None:
    """Type the line, and wait for the answer."""
    before = await answers(tab)
    await tab.fill("#input", line)
    await tab.press("#input", "Enter")
    await tab.wait_for_function(
        "before => document.querySelectorAll('#talk > article.bot').length > before", arg=before
    )


async def run_of_six(tab: Any, steps: int = 6) -> None:
    """The guided first run, to its end or for so many steps."""
    for _ in range(steps):
        title = await tab.inner_text("#guide-title")
        await tab.click("#guide-do")
        await tab.wait_for_function(
            "title => document.getElementById('guide-title').textContent !== title", arg=title
        )


@pytest.fixture
async def page(embedded: Database) -> AsyncIterator[Served]:
    async with page_over(embedded) as served:
        yield served


async def test_the_first_run_goes_to_its_end_and_a_push_comes(page: Served) -> None:
    async with opened(page) as tab:
        await run_of_six(tab)
        assert "yourself" in await tab.inner_text("#guide-title")
        assert "hedge +$" in await tab.inner_text("#strip-text")
        await tab.click("text=+1 day")
        await tab.wait_for_selector("#talk > article.push")
        assert await tab.locator("#strip path.both").count() == 1


async def test_every_button_of_a_hedge_is_answered(page: Served) -> None:
    async with opened(page) as tab:
        await say(tab, "/add sample")
        await say(tab, "/hedge 2 orders")
        labels = await tab.locator("#talk > article.bot:last-of-type .keys button").all_inner_texts()
        assert len(labels) > 4
        for label in labels:
            await say(tab, "/hedge 2 orders")
            await (
                tab.locator("#talk > article.bot").last.get_by_role("button", name=label, exact=True).click()
            )
            await tab.wait_for_function("() => document.getElementById('busy').textContent === ''")
            assert "went wrong" not in await tab.locator("#talk > article.bot").last.inner_text()


async def test_a_reload_and_the_way_back_keep_what_was_said(page: Served) -> None:
    async with opened(page) as tab:
        await say(tab, "SOL 60")
        await tab.reload()
        await tab.wait_for_selector("#talk > article.bot")
        await tab.goto("about:blank")
        await tab.go_back()
        await tab.wait_for_selector("#talk > article.bot")
        assert await answers(tab) == 1
        await say(tab, "/portfolio")


async def test_a_file_is_given_and_its_table_is_shown(page: Served) -> None:
    async with opened(page) as tab:
        file = {"name": "coins.csv", "mimeType": "text/csv", "buffer": b"Coin,Amount\nSOL,60\n"}
        await tab.set_input_files("#file", file)
        await tab.get_by_role("button", name="Save", exact=True).click()
        await tab.wait_for_selector("text=Saved: 1 coin")


async def test_the_clock_is_moved_by_its_buttons(page: Served) -> None:
    async with opened(page) as tab:
        await tab.click("text=Pause")
        await tab.wait_for_selector("[data-speed='0'][aria-pressed='true']")
        before = await tab.inner_text("#clock")
        await tab.click("text=+1 day")
        await tab.wait_for_function(
            "before => document.getElementById('clock').textContent !== before", arg=before
        )
        await tab.select_option("#scenario", "10-october-2025")
        await tab.wait_for_function("() => document.getElementById('modelled').textContent.includes('2025')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_shows_it_without_scrolling_sideways(page: Served, scheme: str) -> None:
    look = {"viewport": {"width": 360, "height": 740}, "color_scheme": scheme}
    async with opened(page, **look) as tab:
        await tab.click("#guide-leave")
        await say(tab, "/add sample")
        await say(tab, "/hedge")
        await tab.click("summary:has-text('The workings')")
        assert await tab.evaluate(OVERFLOW) == 0
        ground = await tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(16, 23, 29)") == (scheme == "dark")


async def test_the_keyboard_alone_is_enough_and_everything_has_a_name(page: Served) -> None:
    async with opened(page, reduced_motion="reduce") as tab:
        await tab.focus("#guide-do")
        await tab.keyboard.press("Enter")
        await tab.wait_for_selector("#talk > article.bot")
        await tab.focus("#input")
        await tab.keyboard.type("/portfolio")
        await tab.keyboard.press("Enter")
        key = tab.get_by_role("button", name="Refresh")
        await key.wait_for()
        await key.focus()
        await tab.keyboard.press("Enter")
        await tab.wait_for_function("() => document.getElementById('busy').textContent === ''")
        assert await tab.evaluate("document.activeElement.closest('#talk') !== null"), "the focus stays there"
        await tab.focus("#menu-open")
        await tab.keyboard.press("Enter")
        await tab.wait_for_selector("#menu:not([hidden])")
        await tab.keyboard.press("Escape")
        assert await tab.evaluate("document.activeElement.id") == "menu-open"
        assert await tab.evaluate(LABELS) == []
        assert await tab.evaluate("document.getAnimations().length") == 0


@pytest.mark.skipif(not AXE.is_file(), reason="there is no axe-core in .venv/axe")
@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}])
async def test_axe_finds_nothing_serious(page: Served, look: dict[str, str]) -> None:
    async with opened(page, **look) as tab:
        await run_of_six(tab)
        await tab.evaluate(AXE.read_text(encoding="utf-8"))
        found = await tab.evaluate("axe.run()")
        grave = [each for each in found["violations"] if each["impact"] in GRAVE]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in grave] == []
