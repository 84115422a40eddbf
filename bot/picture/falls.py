"""Hedged against unhedged, over falls and rises of the market."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.picture.canvas import Canvas, Frame, round_figures, spread_apart, usd_short
from bot.wording.reply import Picture
from core.hedge.hedge import Hedge
from core.outlook.scenario import scenario
from core.ranges.outcome import after

HEIGHT = 280.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 268.0, 40.0, 232.0


MOVES = tuple(Decimal(percent) / 100 for percent in range(-50, 51, 5))
"""The falls and rises that are worked out."""


@dataclass(frozen=True, slots=True)
class MoveMade:
    """One move of the market, and what it makes in USD."""

    move: float
    """A decimal."""
    bare: float
    """Without the hedge."""
    hedged: float
    """With it."""
    low: float
    """Four times in five at least this, with the hedge."""
    high: float
    """And at most this."""


def hedged_and_bare(hedge: Hedge) -> Picture:
    """What each move of the benchmark makes, with ranges, and the rise that first liquidates a short."""
    benchmark = hedge.outcome.benchmark
    points: list[MoveMade] = []
    liquidated: tuple[str, float] | None = None
    for move in MOVES:
        case = scenario(hedge, {benchmark: move})
        span = after(hedge, case.named, case.spot, case.hedged).hedged.range
        made = (float(each) for each in (case.spot, case.hedged, span.low, span.high))
        points.append(MoveMade(float(move), *made))
        if move > 0 and liquidated is None and case.liquidated:
            liquidated = (case.liquidated[0].leg.asset, float(move))
    return drawn_moves(benchmark, points, liquidated)


def drawn_moves(benchmark: str, moves: Sequence[MoveMade], liquidated: tuple[str, float] | None) -> Picture:
    """What each move makes. liquidated: the first coin whose short is closed on a rise, and at which move."""
    across = [each.move for each in moves]
    figures = [each for one in moves for each in (one.bare, one.hedged, one.low, one.high)]
    marks = round_figures(min(figures), max(figures), 5)
    canvas = Canvas(f"If {benchmark} moves: gain or loss in USD", HEIGHT)
    frame = Frame(canvas, LEFT, RIGHT, TOP, BOTTOM, (across[0], across[-1]), (marks[0], marks[-1]))
    frame.rules([(mark, usd_short(mark)) for mark in marks])
    canvas.area(
        frame.through(across, [each.high for each in moves]),
        frame.through(across, [each.low for each in moves]),
        "soft",
    )
    canvas.line(frame.through(across, [each.bare for each in moves]), "coins")
    canvas.line(frame.through(across, [each.hedged for each in moves]), "ink", width=3)
    last = moves[-1]
    ends = spread_apart([frame.y(last.bare), frame.y(last.hedged)], 28, TOP, BOTTOM - 14)
    for (name, colour), y in zip((("without", "coins"), ("with", "ink")), ends, strict=True):
        canvas.text(RIGHT + 6, y + 2, name, colour=colour)
        canvas.text(RIGHT + 6, y + 16, "the hedge", colour=colour)
    frame.below([(move, f"{move:+.0%}" if move else "0") for move in across if round(move * 100) % 25 == 0])
    canvas.text(LEFT, HEIGHT - 12, "grey: with the hedge, four times in five", colour="soft")
    words = f"If {benchmark} falls {-across[0]:.0%}: {usd_short(moves[0].bare)} without the hedge, "
    words += f"{usd_short(moves[0].hedged)} with it"
    if liquidated is not None and liquidated[1] <= across[-1]:
        coin, move = liquidated
        x = frame.x(move)
        canvas.line([(x, TOP), (x, BOTTOM)], "alarm", width=1.5, dash="2 3")
        canvas.text(x - 4, TOP + 10, f"{coin} liquidated at {move:+.0%}", colour="alarm", anchor="end")
        words += f"; on a rise of {move:.0%} the {coin} short is liquidated"
    return canvas.picture(words + ".")
