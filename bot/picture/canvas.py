"""What all pictures are drawn with: one width, few colours, text at readable sizes, and axes with units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil, floor, log10

from bot.wording.reply import Picture

PHONE_WIDE = 360
"""Units of every picture's width; a phone shows them as points."""
FAMILY = "Source Sans Pro"
TITLE = 15
TEXT = 12
COLOURS = {
    "ground": ("#ffffff", "#17212b"),
    "ink": ("#14181c", "#eef2f5"),
    "soft": ("#505c66", "#aab7c1"),
    "rule": ("#cdd6dc", "#3c4a55"),
    "coins": ("#1f6fb2", "#6db3ef"),
    "hedge": ("#b45a00", "#f2a04e"),
    "alarm": ("#a3185a", "#f493bd"),
}
"""Each colour in light and in dark.

Blue, orange, purple and ink are told apart by people who see fewer colours, and nothing is said by a colour
alone.
"""
DASHES = {"coins": "", "hedge": "6 3", "both": "", "alarm": "2 3"}

Point = tuple[float, float]


@dataclass(slots=True)
class Canvas:
    """One picture while it is drawn. Colours are names of COLOURS."""

    title: str
    """What it shows, at its top."""
    height: float
    parts: list[str] = field(default_factory=list)

    def text(
        self, x: float, y: float, said: str, *, colour: str = "ink", anchor: str = "start", size: int = TEXT
    ) -> None:
        """A line of text whose baseline is at y."""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="~{colour}~" text-anchor="{anchor}">'
            f"{escape(said)}</text>"
        )

    def rect(
        self, x: float, y: float, width: float, height: float, colour: str, *, hollow: bool = False,
        faint: bool = False,
    ) -> None:  # fmt: skip
        """A box; hollow: its outline alone."""
        look = (
            f'fill="none" stroke="~{colour}~" stroke-width="1.5"'
            if hollow
            else f'fill="~{colour}~"' + (' fill-opacity="0.22"' if faint else "")
        )
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" {look}/>'
        )

    def line(self, points: Iterable[Point], colour: str, *, width: float = 2, dash: str = "") -> None:
        """A line through points."""
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path d="M{way}" fill="none" stroke="~{colour}~" stroke-width="{width}" '
            f'stroke-linejoin="round"{dashed}/>'
        )

    def area(self, upper: Sequence[Point], lower: Sequence[Point], colour: str) -> None:
        """What lies between two lines, shaded."""
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y in [*upper, *reversed(lower)])
        self.parts.append(f'<path d="M{way}Z" fill="~{colour}~" fill-opacity="0.2"/>')

    def dot(self, x: float, y: float, colour: str) -> None:
        """A point that is marked."""
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="~{colour}~"/>')

    def picture(self, words: str) -> Picture:
        """The picture in light and in dark. words: what it shows, for who cannot see it."""
        body = "".join(self.parts)
        drawn = (
            '<svg xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {PHONE_WIDE} {self.height:.0f}" width="{PHONE_WIDE}" height="{self.height:.0f}" '
            f'font-family="{FAMILY}">'
            f'<rect width="{PHONE_WIDE}" height="{self.height:.0f}" fill="~ground~"/>'
            f'<text x="12" y="22" font-size="{TITLE}" fill="~ink~">{escape(self.title)}</text>{body}</svg>'
        )
        light, dark = (_coloured(drawn, place) for place in (0, 1))
        return Picture(light, dark, words, PHONE_WIDE, round(self.height))


def _coloured(drawn: str, place: int) -> str:
    for name, shades in COLOURS.items():
        drawn = drawn.replace(f"~{name}~", shades[place])
    return drawn


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of a canvas with two scales."""

    canvas: Canvas
    left: float
    right: float
    top: float
    bottom: float
    across: tuple[float, float]
    """The figures at the left and at the right."""
    up: tuple[float, float]
    """The figures at the bottom and at the top."""

    def x(self, figure: float) -> float:
        """Where a figure is from left to right."""
        low, high = self.across
        return self.left + (figure - low) / ((high - low) or 1) * (self.right - self.left)

    def y(self, figure: float) -> float:
        """Where a figure is from bottom to top."""
        low, high = self.up
        return self.bottom - (figure - low) / ((high - low) or 1) * (self.bottom - self.top)

    def rules(self, said: Sequence[tuple[float, str]]) -> None:
        """Horizontal rules at figures, with their labels at the left."""
        for figure, label in said:
            y = self.y(figure)
            self.canvas.line(
                [(self.left, y), (self.right, y)],
                "soft" if not figure else "rule",
                width=1 if figure else 1.4,
            )
            self.canvas.text(self.left - 5, y + 4, label, colour="soft", anchor="end")

    def below(self, said: Sequence[tuple[float, str]]) -> None:
        """Labels below figures."""
        for figure, label in said:
            x = min(max(self.x(figure), self.left + 3 * len(label)), PHONE_WIDE - 4 - 3 * len(label))
            self.canvas.text(x, self.bottom + 16, label, colour="soft", anchor="middle")

    def through(self, across: Iterable[float], up: Iterable[float]) -> list[Point]:
        """The points of a line of figures."""
        return [(self.x(one), self.y(other)) for one, other in zip(across, up, strict=True)]


def round_figures(low: float, high: float, about: int = 4) -> list[float]:
    """About so many round figures from below `low` to above `high`."""
    spread = (high - low) or abs(high) or 1.0
    rough = spread / about
    power = 10.0 ** floor(log10(rough))
    step = next((power * each for each in (1, 2, 2.5, 5) if power * each >= rough), power * 10)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [step * each for each in range(first, last + 1)]


def usd_short(figure: float) -> str:
    """USD in few letters: -$12k."""
    sign, size = ("-" if figure < 0 else ""), abs(figure)
    for limit, unit in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if size >= limit:
            return f"{sign}${size / limit:.3g}{unit}"
    return f"{sign}${size:.3g}"


def spread_apart(wanted: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones, at least so far from each other, between low and high."""
    order = sorted(range(len(wanted)), key=lambda each: wanted[each])
    placed = [0.0] * len(wanted)
    last = low - least
    for each in order:
        last = placed[each] = max(wanted[each], last + least)
    over = max(0.0, last - high)
    return [place - over for place in placed]
