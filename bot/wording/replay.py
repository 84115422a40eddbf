"""What a past fall would have cost with and without today's hedge, and how it went from day to day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from markupsafe import Markup

from bot.wording.layout import WIDTH, bold, folded, lines, listed, table
from bot.wording.numbers import leverage, money, percent, quantity, short_money
from bot.wording.range import spanned
from bot.wording.replay_in_line import in_line_then
from core.measure.beta import Floats
from core.outlook.scenario import scenario
from core.ranges.outcome import after
from core.replay.event import Event
from core.replay.fall import HOURLY_DAYS, Replay, Replayed, ShortPath

SHOWN = 12
"""Coins listed, the largest first."""
NAMES = 18
"""Characters that a row has room for to name shorts."""
BLOCKS = "▁▂▃▄▅▆▇█"
WITHOUT, WITH = "no hedge", "hedged"


def menu(events: Mapping[str, Event]) -> Markup:
    """The past falls that can be asked for."""
    return lines(
        bold("Which fall of the past should your coins and hedge go through?"),
        *(f"/replay {word}: {span_of_days(event.first, event.last)}" for word, event in events.items()),
        "Or days of your choice: /replay 2024-08-01 2024-08-10. More: /help replay",
    )


def replay_message(found: Replayed) -> Markup:
    """The whole answer to /replay."""
    told = found.as_planned
    return lines(
        bold(_answer(found)),
        _stand_in(found),
        _left_out(found),
        _absent(found),
        *(_lost(told, path) for path in told.liquidated if found.hedge.backed is None),
        _all_ended(told) if found.hedge.backed else None,
        f"Today’s {money(sum(found.coins.values(), Decimal(0)))} of coins and today’s hedge, moved back to "
        f"{span_of_days(found.event.first, found.event.last)} and left alone, {_step(found)}:",
        table(_figures(found)),
        table(_ways(told)),
        _parts(found),
        _promised(found),
        in_line_then(found, _moment),
        *_margins(found),
        folded(*_details(found)),
    )


def span_of_days(first: date, last: date) -> str:
    """`8 to 21 Nov 2022`, `29 Jul to 11 Aug 2024`."""
    if first == last:
        return f"{last.day} {last:%b %Y}"
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%b}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day}{month}{year} to {last.day} {last:%b %Y}"


def _answer(found: Replayed) -> str:
    """`In the FTX fall you would have lost $4,100 instead of $19,800.`"""
    told = found.as_planned
    bare, hedged = told.end(told.unhedged), told.end(told.hedged)
    if not told.shorts:
        alone = f"{_verb(bare)} {money(abs(bare))}"
        return f"{_where(found)} you would have {alone}, and no short of this hedge had prices."
    same = (bare < 0) == (hedged < 0)
    instead = money(abs(bare)) if same else f"{'losing' if bare < 0 else 'gaining'} {money(abs(bare))}"
    return f"{_where(found)} you would have {_verb(hedged)} {money(abs(hedged))} instead of {instead}."


def _verb(amount: Decimal) -> str:
    return "lost" if amount < 0 else "gained"


def _where(found: Replayed) -> str:
    if found.asked != found.event:
        return "In this made-up fall"
    if found.event.name:
        return f"In the {found.event.name} fall"
    if found.event.days == 1:
        return f"On {span_of_days(found.event.first, found.event.last)}"
    return f"From {span_of_days(found.event.first, found.event.last)}"


def _stand_in(found: Replayed) -> str | None:
    if found.asked == found.event:
        return None
    when = span_of_days(found.asked.first, found.asked.last)
    return (
        f"A made-up fall stands in for the {found.asked.name} fall of {when}: this market has no real past."
    )


def _step(found: Replayed) -> str:
    return "hour by hour" if found.past.hours == 1 else "day by day"


def _left_out(found: Replayed) -> str | None:
    """The coins that are on neither side of the comparison, and their worth in dollars."""
    if not found.left_out:
        return None
    return (
        f"Not counted on either side: {_named(found, found.left_out)}. All figures are for the other "
        f"{money(sum(found.coins.values(), Decimal(0)))} and the hedge of these."
    )


def _named(found: Replayed, worth: Mapping[str, Decimal]) -> str:
    """Assets that cannot be followed through that time, with their worth in USD, grouped by the reason."""
    unlisted = [asset for asset in worth if asset not in {*found.jumped, *found.recounted}]
    parts = (
        [_dollars(worth, unlisted) + " (no prices when it began: perhaps not listed yet)"] if unlisted else []
    )
    for asset, day in found.jumped.items():
        if asset in worth:
            why = f"moved over 7-fold on {span_of_days(day, day)}: perhaps two coins under one name"
            parts.append(f"{_dollars(worth, [asset])} ({why})")
    for asset, day in found.recounted.items():
        if asset in worth:
            why = f"one coin became several, or several one, on {span_of_days(day, day)}: no gain or loss"
            parts.append(f"{_dollars(worth, [asset])} ({why})")
    return "; ".join(parts)


def _dollars(worth: Mapping[str, Decimal], assets: list[str]) -> str:
    return listed([f"{asset} {money(worth[asset])}" for asset in assets])


def _absent(found: Replayed) -> str | None:
    """The legs that the figures leave out, and what the hedge is worth without them."""
    if not found.absent:
        return None
    gone = _named(found, {leg.asset: leg.notional for leg in found.absent})
    left = sum((path.short.notional for path in found.as_planned.shorts), Decimal(0))
    rest = f"The hedge here is what is left, {money(left)}." if left else "So there is no hedge here."
    return f"Shorts left out: {gone}. {rest}"


def _lost(told: Replay, path: ShortPath) -> str:
    return (
        f"Your {path.short.asset} short would have been liquidated by {_moment(told, path.liquidated or 0)}: "
        f"its margin of {money(path.short.margin)} lost, and nothing hedged by it from then on."
    )


def _all_ended(told: Replay) -> str | None:
    """That an account which all shorts share was liquidated."""
    if not told.liquidated:
        return None
    return (
        f"The account would have been liquidated by {_moment(told, told.liquidated[0].liquidated or 0)}: all "
        "shorts closed, their losses paid by what lay there, and nothing hedged from then on."
    )


def _moment(told: Replay, index: int, *, year: bool = False) -> str:
    """A moment in UTC: `9 Nov 16:00`. Where only whole days are known, the day that ended then."""
    at = told.at(index)
    if told.hours == 1:
        return f"{at.day} {at:%b %H:%M}"
    # A day's price is that of its end, which is the midnight of the next one.
    day = at - timedelta(days=1) if index else at
    return f"{day.day} {day:%b %y}" if year else f"{day.day} {day:%b}"


def _figures(found: Replayed) -> list[tuple[str, ...]]:
    told = found.as_planned
    lows = [told.lowest(path) for path in (told.unhedged, told.hedged)]
    year = found.event.first.year != found.event.last.year
    return [
        ("", WITHOUT, WITH),
        ("End", short_money(told.end(told.unhedged)), short_money(told.end(told.hedged))),
        ("Lowest", *(short_money(low) if at else "never below" for low, at in lows)),
        ("when, UTC", *(_moment(told, at, year=year) if at else "the start" for _, at in lows)),
    ]


def _ways(told: Replay) -> list[tuple[str, str]]:
    """Both courses as small graphs on one scale, from the lowest to the highest point of either."""
    paths = {WITHOUT: told.unhedged, WITH: told.hedged}
    low, high = min(path.min() for path in paths.values()), max(path.max() for path in paths.values())
    width = WIDTH - 1 - max(map(len, paths))
    return [(label, sparkline(path, low, high, width)) for label, path in paths.items()]


def sparkline(path: Floats, low: float, high: float, width: int) -> str:
    """The path in at most `width` block characters, with its first and last point. The lowest block stands
    for `low`, the highest for `high`.
    """
    at = np.linspace(0, len(path) - 1, min(width, len(path))).round().astype(int)
    # Where nothing moved there is no scale, and the lowest block is as good as any.
    share = (path[at] - low) / (high - low) if high > low else np.zeros(len(at))
    return "".join(BLOCKS[min(int(part * len(BLOCKS)), len(BLOCKS) - 1)] for part in share)


def _parts(found: Replayed) -> str | None:
    """What the shorts made, and how much of that was funding."""
    told = found.as_planned
    if not told.shorts:
        return None
    verb = "made" if told.made >= 0 else "lost"
    parts = [f"The shorts {verb} {money(abs(told.made))} by the price."]
    unknown = found.unknown_funding
    settling = [leg for leg in found.hedge.legs if leg.contract.perpetual and leg not in found.absent]
    if len(unknown) < len(settling):
        got = "received" if told.funding >= 0 else "paid"
        parts.append(f"Funding {got} on the way: {money(abs(told.funding))}, counted.")
    if unknown:
        parts.append(f"Funding of {listed(list(unknown))} then is not known, and not counted.")
    return " ".join(parts)


def _promised(found: Replayed) -> str | None:
    """What the plan says of a move of the benchmark as large as it came, and whether that held.

    None where a short is not followed, was liquidated, or the benchmark has no price then.
    """
    plan, told = found.hedge, found.as_planned
    benchmark = plan.outcome.benchmark
    if found.absent or told.liquidated or not told.shorts or benchmark not in found.past.by_asset:
        return None
    move = Decimal(repr(round(float(found.past.by_asset[benchmark].growth[-1]) - 1, 6)))
    said = scenario(plan, {benchmark: move})
    if said.liquidated:
        return None
    promised = after(plan, {benchmark: move}, said.spot, said.hedged).hedged
    came = told.end(told.unhedged) + told.made
    held = "so it held" if promised.range.holds(came) else "so it did not hold"
    return (
        f"{benchmark} moved {_move(float(move))}. Of such a move this plan says "
        f"{money(promised.mid, signed=True)} by prices, four times in five {spanned(promised.range)}; "
        f"{money(came, signed=True)} came, {held}. Its betas are today's."
    )


def _margins(found: Replayed) -> list[str | Markup]:
    """For other leverages: whether the margin would have lasted, and what the hedge would have made."""
    if not found.as_planned.shorts:
        return []
    if found.hedge.backed is not None:
        return ["All shorts share one account here, so the leverage of each decides nothing."]
    own = {leverage(leg.leverage) for leg in found.hedge.legs if leg not in found.absent}
    at = own.pop() if len(own) == 1 else "leverages of their own"
    rows = [(leverage(times), *_lasted(told)) for times, told in found.by_leverage.items()]
    return [
        f"The shorts are at {at} here. All at another one, with no margin added:",
        table([("", "liquidated", "in the end"), *rows]),
    ]


def _lasted(told: Replay | None) -> tuple[str, str]:
    if told is None:
        return "not allowed", ""
    names = ", ".join(path.short.asset for path in told.liquidated) or "none"
    count = f"{len(told.liquidated)} of {len(told.shorts)}"
    # Names where the row has room for them, else how many of them.
    return names if len(names) <= NAMES else count, short_money(told.end(told.hedged))


def _details(found: Replayed) -> list[str | Markup | None]:
    told = found.as_planned
    largest = sorted(found.coins.items(), key=lambda item: -item[1])
    coins = []
    for asset, worth in largest[:SHOWN]:
        move = float(found.past.by_asset[asset].growth[-1]) - 1
        coins.append((asset[:9], _move(move), short_money(worth * Decimal(repr(move)))))
    shorts = [
        (
            path.short.asset[:6],
            _plain(path.short.notional),
            f"+{percent(path.rise)}",
            short_money(_made(path)),
        )
        for path in told.shorts
    ]
    more = len(largest) - SHOWN
    return [
        table([("Coin", "moved", "made"), *coins]),
        f"and {more} smaller ones." if more > 0 else None,
        table([("Short", "of", "rise", "made"), *shorts]) if shorts else None,
        *[_when(times, at) for times, at in found.by_leverage.items()],
        *_notes(found),
    ]


def _made(path: ShortPath) -> Decimal:
    return Decimal(repr(float(path.made[-1])))


def _plain(amount: Decimal) -> str:
    return short_money(amount).removeprefix("+")


def _move(share: float) -> str:
    return f"{'-' if share < 0 else '+'}{percent(abs(share))}"


def _when(times: Decimal, told: Replay | None) -> str | None:
    """When each short was liquidated at this leverage."""
    if told is None or not told.liquidated:
        return None
    moments = [f"{path.short.asset} by {_moment(told, path.liquidated or 0)}" for path in told.liquidated]
    return f"Liquidated at {leverage(times)}: {listed(moments)}."


def _notes(found: Replayed) -> list[str]:
    """What the figures assume."""
    notes = [
        "The hedge is sized by how the coins move today, not by what was known then. Both ways go from close "
        "to close of the venue’s prices. “rise” is to the highest price in between: a short that it takes to "
        "its liquidation price, by today’s margin rules, counts as liquidated.",
        "Fees are not in these figures. Funding that is paid is taken from your cash, not from the margin.",
    ]
    if found.past.hours == 24:
        short = found.event.days <= HOURLY_DAYS
        why = "hourly prices of then are not to be had" if short else f"it is more than {HOURLY_DAYS} days"
        notes.append(f"It goes day by day because {why}: a low within a day is not seen.")
    notes += [
        f"{asset} had no prices for a time after {_day_and_hour(at)}: its last price stands meanwhile."
        for asset, at in found.past.halted.items()
    ]
    if found.hedge.exposure.unpriced:
        notes.append(f"No price today, not counted: {', '.join(found.hedge.exposure.unpriced)}.")
    if any(not leg.contract.perpetual for leg in found.hedge.legs):
        notes.append("Dated futures move here as their coin did, without a premium that shrinks.")
    for asset, coins in found.hedge.missing_coins.items():
        notes.append(f"The {quantity(coins)} {asset} to buy for margin would have moved too; not counted.")
    return notes


def _day_and_hour(at: datetime) -> str:
    return f"{at.day} {at:%b %Y %H:%M} UTC"
