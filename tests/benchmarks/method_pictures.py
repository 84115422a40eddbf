"""Draws the pictures of docs/METHOD.md from what the benchmarks measure: what was said beside what came.

`python -m tests.benchmarks.method_pictures` measures anew, draws, and prints the tables; it takes minutes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

import numpy as np

from tests.benchmarks import odds, promises, ranges
from tests.benchmarks.blocks import read_history
from tests.benchmarks.report import PAGE, Table

WIDE, HIGH = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 32, 44, 56
INK, FAINT, BLUE, ORANGE, BAND = "#24292f", "#d0d7de", "#0969da", "#bc4c00", "#ddf4ff"
TENTHS = 10
STYLE = (
    "text{font-family:system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;font-size:13px;"
    f"fill:{INK}}}.h{{font-size:15px;font-weight:600}}.s{{font-size:12px}}"
)


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to a place in the picture, between two ends; logarithmic where `log`."""

    low: float
    high: float
    first: float
    last: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = (log10(x) if self.log else x for x in (self.low, self.high, value))
        return round(self.first + (at - low) / (high - low) * (self.last - self.first), 1)


def picture(title: str, parts: Iterable[str]) -> str:
    """The SVG around its parts; light in any theme."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" '
            f'height="{HIGH}" role="img" aria-label="{escape(title)}">',
            f"<style>{STYLE}</style>",
            f'<rect width="{WIDE}" height="{HIGH}" rx="8" fill="#ffffff" stroke="{FAINT}"/>',
            text(LEFT, 26, title, "h"),
            *parts,
            "</svg>\n",
        ]
    )


def text(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> str:
    """A line of text."""
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x}" y="{y}"{kind} text-anchor="{anchor}">{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str = INK, more: str = "") -> str:
    """A straight line."""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"{more}/>'


def dot(x: float, y: float, colour: str, radius: float = 4) -> str:
    """A point."""
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>'


def risk_removed(found: Sequence[promises.Promise]) -> str:
    """What the default was said to remove, by tenths, beside what it removed over the next month."""
    across = Scale(0, 1, LEFT, WIDE - RIGHT)
    up = Scale(-0.2, 1, HIGH - BOTTOM, TOP)
    parts = list(_axes(across, up, "said to remove", "removed over 30 days"))
    parts.append(line(across(0), up(0), across(1), up(1), FAINT, ' stroke-dasharray="4 4"'))
    for place, (portfolio, colour) in enumerate(((promises.ALONE, BLUE), (promises.TOGETHER, ORANGE))):
        mine = [one for one in found if (one.portfolio, one.hedge) == (portfolio, promises.BY_MAJORS)]
        mine.sort(key=lambda one: one.said)
        for part in np.array_split(np.arange(len(mine)), TENTHS):
            said = float(np.mean([mine[at].said for at in part]))
            came = np.array([mine[at].came for at in part])
            low, mean, high = np.quantile(came, 0.1), came.mean(), np.quantile(came, 0.9)
            x = across(said) + 4 * place
            parts += [
                line(x, up(max(float(low), -0.2)), x, up(float(high)), colour),
                dot(x, up(float(mean)), colour),
            ]
        parts += [
            dot(WIDE - 200, HIGH - BOTTOM - 38 + 18 * place, colour),
            text(WIDE - 190, HIGH - BOTTOM - 34 + 18 * place, portfolio, "s"),
        ]
    return picture("Risk removed by BTC, ETH and SOL: said, and what came", parts)


def _axes(across: Scale, up: Scale, below: str, beside: str) -> Iterator[str]:
    for tick in np.arange(0, 1.01, 0.2):
        yield line(across(tick), up(up.low), across(tick), up(up.high), FAINT)
        yield text(across(tick), HIGH - BOTTOM + 18, f"{tick:.0%}", "s", "middle")
    for tick in np.arange(up.low, up.high + 0.01, 0.2):
        yield line(across(across.low), up(tick), across(across.high), up(tick), FAINT)
        yield text(LEFT - 6, up(tick) + 4, f"{tick:.0%}", "s", "end")
    words = f"{below} → ({beside} ↑; bars: eight in ten)"
    yield text((LEFT + WIDE - RIGHT) / 2, HIGH - 14, words, "s", "middle")


def ranges_held(found: Sequence[ranges.Coverage]) -> str:
    """How often each range held, year by year."""
    shown = [one for one in found if one.title not in ("funding, 7 days", "funding, 60 days")]
    up = Scale(0.5, 1, HIGH - BOTTOM, TOP)
    step = (WIDE - LEFT - RIGHT) / len(shown)
    low, high = up(ranges.AIM - ranges.ROOM), up(ranges.AIM + ranges.ROOM)
    parts = [
        f'<rect x="{LEFT}" y="{high}" width="{WIDE - LEFT - RIGHT}" height="{round(low - high, 1)}" '
        f'fill="{BAND}"/>'
    ]
    for tick in np.arange(0.5, 1.01, 0.1):
        parts += [
            line(LEFT, up(tick), WIDE - RIGHT, up(tick), FAINT),
            text(LEFT - 6, up(tick) + 4, f"{tick:.0%}", "s", "end"),
        ]
    for place, one in enumerate(shown):
        middle = round(LEFT + (place + 0.5) * step, 1)
        for at, year in enumerate(ranges.YEARS):
            share = one.share(lambda each, year=year: each.day.year == year)  # type: ignore[misc]
            x = round(middle + (at - 1.5) * 19, 1)
            parts += [dot(x, up(share), BLUE, 3), text(x, HIGH - BOTTOM + 15, f"{year % 100}", "s", "middle")]
        parts += [
            line(middle - 38, up(one.share()), middle + 38, up(one.share()), ORANGE, ' stroke-width="3"'),
            text(middle, HIGH - 24, one.title.replace(" days", " d"), "s", "middle"),
        ]
    parts.append(text(LEFT, HIGH - 5, "dots: years 2021 to 2024; bars: all of them; shaded: 80 ± 3 %", "s"))
    return picture("How often ranges of four times in five held", parts)


def odds_seen(found: Sequence[odds.Short]) -> str:
    """The chance of liquidation that was told, bin by bin, beside how often it came."""
    least, most = 0.0005, 1.0
    across, up = (
        Scale(least, most, first, last, log=True)
        for first, last in ((LEFT, WIDE - RIGHT), (HIGH - BOTTOM, TOP))
    )
    parts = []
    for tick in (0.001, 0.01, 0.1, 1.0):
        parts += [
            line(across(tick), up(least), across(tick), up(most), FAINT),
            line(across(least), up(tick), across(most), up(tick), FAINT),
            text(across(tick), HIGH - BOTTOM + 18, f"{tick:.1%}", "s", "middle"),
            text(LEFT - 6, up(tick) + 4, f"{tick:.1%}", "s", "end"),
        ]
    for times in (1 / odds.OFF, 1, odds.OFF):
        low, high = max(least, least / times), min(most, most / times)
        parts.append(
            line(
                across(low), up(low * times), across(high), up(high * times), FAINT, ' stroke-dasharray="4 4"'
            )
        )
    for group, colour in (("majors", BLUE), ("others", ORANGE)):
        for name, _, _, _, told, lost, _ in odds.bins(found):
            if name != group or told.sum() < odds.ENOUGH:
                continue
            seen = max(lost / len(told), least)
            parts.append(dot(across(max(float(told.mean()), least)), up(seen), colour))
    for place, (words, colour) in enumerate((("BTC, ETH, SOL", BLUE), ("other coins", ORANGE))):
        parts += [
            dot(LEFT + 20, TOP + 16 + 18 * place, colour),
            text(LEFT + 30, TOP + 20 + 18 * place, words, "s"),
        ]
    words = "told → (seen ↑; dashed: the same, and 1.5 times off; 20 or more expected)"
    parts.append(text((LEFT + WIDE - RIGHT) / 2, HIGH - 14, words, "s", "middle"))
    return picture("Chance of liquidation: told, and how often it came", parts)


def main() -> None:
    """Measure, draw and print."""
    history = read_history()
    walked, held, opened = promises.promises(history), ranges.coverages(history), odds.shorts(history)
    drawn = {
        "method-risk.svg": risk_removed(walked),
        "method-ranges.svg": ranges_held(held),
        "method-odds.svg": odds_seen(opened),
    }
    for name, svg in drawn.items():
        (PAGE.parent / name).write_text(svg, encoding="utf-8")
    tables: list[Table] = [promises.table(walked), *ranges.tables(held), *odds.tables(history, opened)]
    print("\n\n".join(each.markdown() for each in tables))
    print("\n".join([*promises.findings(walked), *ranges.findings(held), *odds.findings(opened)]))


if __name__ == "__main__":
    main()
