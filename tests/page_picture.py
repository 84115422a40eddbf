"""Takes docs/page.png and docs/page-phone.png, the README's pictures of the page, in headless Chromium.

Run by `make picture`. Where there is no Chromium or no Playwright it says so, and leaves them as they are.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from core.store.database import open_database
from core.store.migrations import ensure_schema
from tests.bot.page.browsing import page_over
from tests.bot.page.test_browser import MISSING, opened, run_of_six, say

DOCS = Path(__file__).parents[1] / "docs"


async def take() -> None:
    """Walk the first run to its fifth step, and let a picture be drawn on a phone in the dark."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite+aiosqlite:///{folder}/picture.db")
        await ensure_schema(database)
        try:
            async with page_over(database) as page:
                async with opened(page, viewport={"width": 900, "height": 780}) as tab:
                    await run_of_six(tab, 4)
                    await say(tab, "/positions")
                    await tab.wait_for_function("() => document.querySelectorAll('#strip path').length > 3")
                    await tab.screenshot(path=DOCS / "page.png")
                look = {"viewport": {"width": 390, "height": 780}, "color_scheme": "dark"}
                async with opened(page, **look) as tab:
                    await tab.click("#guide-leave")
                    await say(tab, "/add sample")
                    await say(tab, "/picture hedge")
                    await tab.wait_for_function("() => document.querySelector('.picture').complete")
                    await tab.screenshot(path=DOCS / "page-phone.png")
        finally:
            await database.close()


if __name__ == "__main__":
    if MISSING:
        sys.stdout.write(f"The page is not drawn anew: there is no {' and no '.join(MISSING)} here.\n")
    else:
        asyncio.run(take())
