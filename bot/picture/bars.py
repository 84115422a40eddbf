"""Bars: the portfolio by value and by risk, how far each short is from liquidation, and what made a gain."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.picture.canvas import PHONE_WIDE, TEXT, Canvas, usd_short
from bot.wording.reply import Picture

ROW = 40.0
TOP = 52.0
LEFT = 58.0
SMALL = 9
"""For names of seven letters and more: a name that is cut could be another coin's."""
MOST_ROWS = 10
"""What is smaller than the largest nine is one row."""


@dataclass(frozen=True, slots=True)
class CoinShare:
    """One coin."""

    name: str
    value: float
    """Its share of what the coins are worth, a decimal."""
    risk: float
    """Its share of their risk; below zero it lowers the risk."""


def portfolio_bars(worth: float, shares: Sequence[CoinShare]) -> Picture:
    """Each coin's share of the worth and of the risk, the largest first."""
    rows = list(shares[: MOST_ROWS - 1])
    if rest := shares[MOST_ROWS - 1 :]:
        rows.append(CoinShare("others", sum(each.value for each in rest), sum(each.risk for each in rest)))
    canvas = Canvas(f"Your coins, {usd_short(worth)}: share of worth and of risk", TOP + ROW * len(rows) + 12)
    canvas.rect(LEFT, 32, 10, 10, "coins")
    canvas.text(LEFT + 15, 41, "of what they are worth", colour="coins")
    canvas.rect(LEFT + 152, 32, 10, 10, "hedge", hollow=True)
    canvas.text(LEFT + 167, 41, "of their risk", colour="hedge")
    most = max([0.01, *(each.value for each in rows), *(each.risk for each in rows)])
    scale = (PHONE_WIDE - LEFT - 52) / most
    for at, each in enumerate(rows):
        y = TOP + ROW * at
        canvas.text(LEFT - 7, y + 21, each.name, anchor="end", size=TEXT if len(each.name) <= 6 else SMALL)
        canvas.rect(LEFT, y + 3, each.value * scale, 12, "coins")
        canvas.text(LEFT + each.value * scale + 5, y + 13, f"{each.value:.0%}", colour="coins")
        canvas.rect(LEFT, y + 18, max(each.risk, 0) * scale, 12, "hedge", hollow=True)
        canvas.text(LEFT + max(each.risk, 0) * scale + 5, y + 28, f"{each.risk:.0%}", colour="hedge")
    riskiest = max(rows, key=lambda each: each.risk)
    return canvas.picture(
        f"Your coins are worth {usd_short(worth)}. Largest: {rows[0].name}, {rows[0].value:.0%} of "
        f"the worth. Most risk: {riskiest.name}, {riskiest.risk:.0%} of it."
    )


@dataclass(frozen=True, slots=True)
class RoomToRise:
    """One open short between its entry and its liquidation."""

    name: str
    distance: float | None
    """The rise that liquidates it, a decimal; None where no rise does."""
    said: tuple[str, str]
    """Its mark and its liquidation price, as they are written."""


MOST_RISE = 1.5
"""Rises beyond this are drawn as this one."""


def liquidation_bars(rooms: Sequence[RoomToRise]) -> Picture:
    """How far each short may still rise before it is liquidated."""
    canvas = Canvas("How far the price may rise before liquidation", 44 + 52 * len(rooms) + 34)
    scale = (PHONE_WIDE - 24) / MOST_RISE
    words = []
    for at, room in enumerate(rooms):
        y = 44 + 52.0 * at
        mark, gone = room.said
        if room.distance is None:
            canvas.text(12, y + 12, f"{room.name}: nothing liquidates it")
            words.append(f"{room.name} is liquidated at no price")
        else:
            canvas.text(12, y + 12, f"{room.name} at {mark}")
            canvas.text(PHONE_WIDE - 12, y + 12, f"liquidated at {gone}, {room.distance:+.0%}", anchor="end")
            words.append(f"{room.name} is at {mark} and liquidated at {gone}, {room.distance:+.0%}")
        canvas.rect(12, y + 18, PHONE_WIDE - 24, 16, "coins", faint=True)
        if room.distance is not None:
            x = 12 + min(max(room.distance, 0), MOST_RISE) * scale
            canvas.rect(x, y + 18, PHONE_WIDE - 12 - x, 16, "alarm", hollow=True)
            canvas.line([(x, y + 15), (x, y + 37)], "alarm", width=3)
    y = 44 + 52.0 * len(rooms)
    for rise in (0, 0.5, 1.0, 1.5):
        x = 12 + rise * scale
        canvas.line([(x, y - 8), (x, y - 2)], "soft", width=1)
        canvas.text(x, y + 12, "now" if not rise else f"+{rise:.0%}", colour="soft",
                    anchor="start" if not rise else "end" if rise == MOST_RISE else "middle")  # fmt: skip
    canvas.text(12, y + 28, "blue: room to rise; outlined: liquidated", colour="soft")
    return canvas.picture("; ".join(words) + ".")


def split_bars(title: str, parts: Sequence[tuple[str, float]]) -> Picture:
    """What a sum is made of: a bar for each part, to the left where it cost, and the sum below."""
    total = sum(amount for _, amount in parts)
    rows = [*parts, ("in all", total)]
    canvas = Canvas(f"{title}, in USD", 44 + 34 * len(rows) + 10)
    low = min([0.0, *(amount for _, amount in rows)])
    high = max([0.0, *(amount for _, amount in rows)])
    left, right = 128.0, PHONE_WIDE - 60.0
    scale = (right - left) / ((high - low) or 1)
    zero = left - low * scale
    for at, (name, amount) in enumerate(rows):
        y = 44 + 34.0 * at
        last = at == len(rows) - 1
        colour = "ink" if last else "coins" if amount >= 0 else "hedge"
        if last:
            canvas.line([(12, y - 4), (PHONE_WIDE - 12, y - 4)], "rule", width=1)
        canvas.text(12, y + 16, name)
        x = zero + min(amount, 0) * scale
        canvas.rect(x, y + 5, abs(amount) * scale, 16, colour, hollow=amount < 0)
        canvas.text(zero + max(amount, 0) * scale + 5, y + 17, usd_short(amount), colour=colour)
    canvas.line([(zero, 40), (zero, 44 + 34 * len(rows) - 8)], "soft", width=1)
    told = ", ".join(f"{name} {usd_short(amount)}" for name, amount in rows)
    return canvas.picture(f"{title}: {told}.")


@dataclass(frozen=True, slots=True)
class StatedRange:
    """A range that was stated beforehand, and what came."""

    name: str
    low: float
    high: float
    came: float


def report_bars(number: int, ranges: Sequence[StatedRange]) -> Picture:
    """Each stated range as a bar, and where it came out as a mark in it or beside it."""
    canvas = Canvas(f"Hedge {number}: what was stated, and what came", 46 + 58 * len(ranges) + 22)
    words = []
    for at, each in enumerate(ranges):
        y = 46 + 58.0 * at
        low, high = min(each.low, each.came, 0.0), max(each.high, each.came, 0.0)
        scale = (PHONE_WIDE - 40) / ((high - low) or 1)
        held = each.low <= each.came <= each.high
        canvas.text(12, y + 10, each.name)
        canvas.text(PHONE_WIDE - 12, y + 10, f"came {usd_short(each.came)}: {'held' if held else 'missed'}",
                    colour="ink" if held else "alarm", anchor="end")  # fmt: skip
        canvas.line([(20, y + 25), (PHONE_WIDE - 20, y + 25)], "rule", width=1)
        canvas.rect(
            20 + (each.low - low) * scale, y + 18, (each.high - each.low) * scale, 14, "coins", faint=True
        )
        canvas.dot(20 + (each.came - low) * scale, y + 25, "ink" if held else "alarm")
        left, right = 20 + (each.low - low) * scale, 20 + (each.high - low) * scale
        canvas.text(max(left, 12), y + 46, usd_short(each.low), colour="soft", anchor="start")
        canvas.text(
            min(max(right, left + 90), PHONE_WIDE - 12),
            y + 46,
            usd_short(each.high),
            colour="soft",
            anchor="end",
        )
        words.append(
            f"{each.name}: stated {usd_short(each.low)} to {usd_short(each.high)}, "
            f"came {usd_short(each.came)}"
        )
    canvas.text(12, 46 + 58 * len(ranges) + 10, "bar: four times in five; dot: what came", colour="soft")
    return canvas.picture("; ".join(words) + ".")
