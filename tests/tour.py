"""Writes docs/tour/: whole conversations with the simulated market, as they are read on a phone.

Run by `make tour`; a test walks them again, and fails where what is typed or pressed in one is not the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.chat.router import Conversation
from bot.clocks.clock import MovableClock
from bot.reading.venues import SIMULATED
from bot.terminal.chat import plain_text
from bot.terminal.pushes import Pushes
from bot.wording.reply import Button, Reply
from tests.picture import MOMENT, USER, talking

TOUR = Path(__file__).parents[1] / "docs" / "tour"
FOLD = "│"
"""What a line begins with that a phone shows after a tap."""


@dataclass
class Seat:
    """Somebody who types and presses, and all that was said."""

    conversation: Conversation
    clock: MovableClock
    pushes: Pushes
    told: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    async def say(self, line: str) -> None:
        self.told.append(f"**You:** {line.replace(chr(10), ' / ')}\n")
        self._show(await self.conversation.answer(line, user=USER))

    async def press(self, label: str) -> None:
        [button] = [each for each in self.buttons if each.label == label]
        self.told.append(f"**You press** [{label}]\n")
        self._show(await self.conversation.answer(button.line, user=USER))

    async def wait(self, step: str, times: int = 1) -> None:
        """Let time pass, and show what is pushed meanwhile."""
        for _ in range(times):
            self.clock.move(step)
            async for reply in self.pushes.due():
                self.told.append(f"**{self.clock():%d %b, %H:%M} UTC, a message comes**\n")
                self._show(reply)

    def _show(self, reply: Reply) -> None:
        """The answer without what folds away, and its buttons."""
        lines = plain_text(reply.text).split("\n")
        shown = [line for line in lines if not line.startswith(FOLD)]
        folded = ["▾ tap for the workings"] if len(shown) < len(lines) else []
        self.buttons = [button for row in reply.buttons for button in row]
        rows = [" ".join(f"[{button.label}]" for button in row) for row in reply.buttons]
        self.told.append("```text\n" + "\n".join([*shown, *folded, *rows]) + "\n```\n")


async def first_hedge(seat: Seat) -> None:
    """From the first message to a hedge that stands."""
    await seat.say("/start")
    await seat.say("i got 2 eth and some sol (~40)")
    await seat.press("Save")
    await seat.say("what if btc drops 30%")
    await seat.say("protect me")
    await seat.press("What does this mean?")
    await seat.press("Insurance, not a bet")
    await seat.say("/hedge")
    await seat.press("Ticket")
    await seat.press("Filled as shown")
    await seat.say("/start")


async def crash_week(seat: Seat) -> None:
    """A week in which prices fall, and what comes by itself."""
    await _hedged(seat)
    await seat.wait("6h", 28)
    await seat.say("how is my hedge doing")
    await seat.say("am i close to liquidation")


async def taking_it_off(seat: Seat) -> None:
    """Half of it is taken off after a fall, then the rest, and the report."""
    await _hedged(seat)
    for _ in range(5):
        seat.clock.move("1d")
    await seat.say("take profit")
    await seat.press("Halve it")
    await seat.press("Filled as shown")
    seat.clock.move("1d")
    await seat.say("close my hedge")
    await seat.press("Filled as shown")


async def _hedged(seat: Seat) -> None:
    await seat.say("/add sample")
    await seat.say("/hedge 2 orders")
    await seat.press("Ticket")
    await seat.press("Filled as shown")


TOURS: Mapping[str, tuple[str, str, Callable[[Seat], Awaitable[None]]]] = {
    "first-hedge.md": ("From hello to a first hedge", "calm", first_hedge),
    "crash-week.md": ("A week of a crash", "crash", crash_week),
    "taking-it-off.md": ("Taking it off", "crash", taking_it_off),
}
"""Each transcript: its heading, what the market does, and what is said."""


async def written(name: str) -> str:
    """One of TOURS."""
    heading, scenario, walk = TOURS[name]
    clock = MovableClock(machine=lambda: MOMENT)
    async with talking(scenario, clock) as (talk, database, watch):
        seat = Seat(talk, clock, Pushes(database, watch, (SIMULATED,), clock, USER))
        await walk(seat)
        return "\n".join(_page(heading, seat.told))


def _page(heading: str, told: Sequence[str]) -> list[str]:
    return [f"# {heading}\n", "Made by `make tour` on the simulated market: its prices are made up.\n", *told]


if __name__ == "__main__":
    TOUR.mkdir(exist_ok=True)
    for name in TOURS:
        (TOUR / name).write_text(asyncio.run(written(name)), encoding="utf-8")
