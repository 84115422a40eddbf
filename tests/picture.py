"""Draws the README's pictures, docs/chat.svg and docs/push.svg, from real talks with the simulated market.

Run by `make picture`; a test fails when a conversation has moved on and its picture has not.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from textwrap import wrap

from bot.chat.router import Conversation
from bot.clocks.clock import MovableClock
from bot.reading.venues import SIMULATED
from bot.terminal.chat import plain_text
from bot.terminal.pushes import Pushes
from bot.wording.reply import Reply
from core.prices.watch import Watch
from core.store.database import Database, open_database
from core.store.market.closes import StoredCloses
from core.store.migrations import ensure_schema
from core.venues.simulated.market import SimulatedMarket

PICTURES = Path(__file__).parents[1] / "docs"
MOMENT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
USER = 1
SAID = ("/add sample", "/hedge 2x ETH SOL")
TOLD = 2
"""Pushes that are shown."""
WIDTH, BUBBLE, PAD, LINE = 430, 350, 12, 19
COLUMNS, BOLD_COLUMNS = 41, 36
FOLDED = 2
"""Lines of a folded quote that a phone shows before the tap."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a bubble: its text and how it is set."""

    text: str
    style: str = "t"


Said = list[tuple[str, Reply]]
"""What is said, empty for a push, and what comes of it."""


@asynccontextmanager
async def talking(
    scenario: str, clock: Callable[[], datetime]
) -> AsyncIterator[tuple[Conversation, Database, Watch]]:
    """A conversation with a book of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite+aiosqlite:///{folder}/picture.db")
        watch = Watch(lambda _: SimulatedMarket(7, scenario, clock), StoredCloses(database), clock)
        try:
            await ensure_schema(database)
            yield Conversation(database, watch, (SIMULATED,), clock), database, watch
        finally:
            await watch.close()
            await database.close()


async def chat() -> Said:
    """A question and its answer at MOMENT."""
    async with talking("calm", lambda: MOMENT) as (talk, _, _):
        return [(line, await talk.answer(line, user=USER)) for line in SAID]


async def push() -> Said:
    """The first pushes to somebody who has hedged before a crash."""
    clock = MovableClock(machine=lambda: MOMENT)
    async with talking("crash", clock) as (talk, database, watch):
        await talk.answer(SAID[0], user=USER)
        ticket = await talk.answer("/ticket ETH SOL", user=USER)
        await talk.answer(ticket.buttons[0][0].line, user=USER)
        pushes, told = Pushes(database, watch, (SIMULATED,), clock, USER), list[Reply]()
        while len(told) < TOLD:
            clock.move("1h")
            told += [reply async for reply in pushes.due()]
        return [("", reply) for reply in told[:TOLD]]


DRAWN: Mapping[str, Callable[[], Awaitable[Said]]] = {"chat.svg": chat, "push.svg": push}


def rows_of(reply: Reply) -> list[Row]:
    """The reply's lines as a phone sets them: the first bold, tables fixed-width, the quote folded."""
    found: list[Row] = []
    quoted = 0
    fixed = {
        line for block in str(reply.text).split("<pre>")[1:] for line in block.split("</pre>")[0].split("\n")
    }
    for number, line in enumerate(plain_text(reply.text).split("\n")):
        if line.startswith("│"):
            quoted += 1
            if quoted <= FOLDED:
                found.append(Row(line.removeprefix("│ "), "q"))
            continue
        if escape(line, quote=False) in fixed:
            found.append(Row(line, "m"))
        else:
            style, columns = ("t", COLUMNS) if number else ("b", BOLD_COLUMNS)
            found += [Row(part, style) for part in wrap(line, columns)]
    return [*found, Row("▾ tap for the workings", "q")] if quoted else found


async def draw(name: str) -> str:
    """One of DRAWN."""
    return _drawn(await DRAWN[name]())


def _drawn(talk: Iterable[tuple[str, Reply]]) -> str:
    """The conversation as bubbles."""
    parts: list[str] = []
    top = PAD
    for said, reply in talk:
        if said:
            width = 9 * len(said) + 2 * PAD
            parts.append(_bubble(WIDTH - width - PAD, top, width, [Row(said)], "#dcf8c6"))
            top += LINE + 2 * PAD
        rows = rows_of(reply)
        parts.append(_bubble(PAD, top, BUBBLE, rows, "#ffffff"))
        top += LINE * len(rows) + int(1.4 * PAD)
        for row in reply.buttons:
            each = (BUBBLE - 4 * (len(row) - 1)) / len(row)
            for place, button in enumerate(row):
                left = PAD + place * (each + 4)
                parts.append(
                    f'<rect x="{left:.0f}" y="{top}" width="{each:.0f}" height="28" rx="7" fill="#9db8c9"/>'
                    f'<text class="k" x="{left + each / 2:.0f}" y="{top + 19}">{escape(button.label)}</text>'
                )
            top += 32
        top += PAD
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}">'
        "<style>text{font:15px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;fill:#111}"
        ".b{font-weight:700}.m{font:14px ui-monospace,'DejaVu Sans Mono',monospace;white-space:pre}"
        ".q{fill:#3a6d99}.k{fill:#fff;text-anchor:middle;font-size:14px}</style>"
        f'<rect width="{WIDTH}" height="{top}" rx="14" fill="#d4dfe6"/>{"".join(parts)}</svg>\n'
    )


def _bubble(left: float, top: float, width: float, rows: list[Row], colour: str) -> str:
    height = LINE * len(rows) + PAD
    texts = "".join(
        f'<text class="{row.style}" x="{left + PAD:.0f}" y="{top + LINE * (place + 1):.0f}" '
        f'xml:space="preserve">{escape(row.text)}</text>'
        for place, row in enumerate(rows)
    )
    return (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height}" rx="12" '
        f'fill="{colour}"/>{texts}'
    )


if __name__ == "__main__":
    for name in DRAWN:
        (PICTURES / name).write_text(asyncio.run(draw(name)), encoding="utf-8")
