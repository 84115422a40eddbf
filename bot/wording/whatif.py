"""What moving prices would do, with and without the hedge side by side."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import beta, money, percent, price, safety, short_money
from bot.wording.range import spanned
from core.hedge.hedge import Hedge
from core.outlook.scenario import LegOutcome, Scenario
from core.ranges.outcome import after

SHOWN = 12
"""Coins listed, the largest moves first."""


def whatif(hedge: Hedge, cases: Sequence[Scenario]) -> Markup:
    """The whole answer to /whatif: one scenario, or two beside each other."""
    return lines(
        bold(" ".join([*_warnings(cases), _answer(cases[0])])),
        *map(_answer, cases[1:]),
        *(_varies(hedge, case) for case in cases),
        _pays(hedge, cases),
        *([_all_lost(hedge, cases)] if hedge.backed else []),
        *[_lost(leg) for case in cases for leg in case.liquidated if not hedge.backed],
        _coin_margin(cases),
        _own_beta(hedge),
        f"No price on {name_of(hedge.venue)}, not counted: {', '.join(hedge.exposure.unpriced)}."
        if hedge.exposure.unpriced
        else None,
        folded(table(_figures(hedge, cases)), *[_details(case) for case in cases], *_method(hedge, cases[0])),
    )


def _pays(hedge: Hedge, cases: Sequence[Scenario]) -> str:
    """What the hedge itself makes in the first case, and what funding adds to it."""
    case = cases[0]
    where = "In the first case the" if len(cases) > 1 else "The"
    made = f"{where} hedge itself makes {money(case.hedge, signed=True)}."
    if case.funding is None or not any(leg.contract.perpetual for leg in hedge.legs):
        return made
    verb = "receive" if case.funding >= 0 else "pay"
    return f"{made} In {case.funding_days} days you {verb} about {money(abs(case.funding))} of funding, too."


def _warnings(cases: Sequence[Scenario]) -> list[str]:
    gone = dict.fromkeys(leg.leg.asset for case in cases for leg in case.liquidated)
    return [f"Warning: {', '.join(gone)} short liquidated on the way."] if gone else []


def _answer(case: Scenario) -> str:
    """`If BTC falls 20%: you lose $206 instead of $12,148.`"""
    verb, other = ("lose", "losing") if case.hedged < 0 else ("gain", "gaining")
    # “you lose $206 instead of $12,148” where both lose, else the other verb is said, too.
    bare = "losing" if case.spot < 0 else "gaining"
    instead = money(abs(case.spot)) if bare == other else f"{bare} {money(abs(case.spot))}"
    return f"If {_said(case.named)}: you {verb} {money(abs(case.hedged))} instead of {instead}."


def _said(named: Mapping[str, Decimal]) -> str:
    moves = [
        f"{asset} {'falls' if move < 0 else 'rises'} {_share(abs(move))}" for asset, move in named.items()
    ]
    return " and ".join(moves)


def _figures(hedge: Hedge, cases: Sequence[Scenario]) -> list[tuple[str, ...]]:
    rows = [(asset[:13], *[_signed(case.named[asset]) for case in cases]) for asset in cases[0].named]
    rows += [
        ("Without hedge", *[short_money(case.spot) for case in cases]),
        ("Hedge makes", *[short_money(case.hedge) for case in cases]),
        ("With hedge", *[short_money(case.hedged) for case in cases]),
    ]
    now = hedge.backed.figures.equity if hedge.backed else hedge.margin
    # Dated futures pay no funding, so these rows would only say zero.
    if any(leg.contract.perpetual for leg in hedge.legs):
        rows += [
            (f"Funding {hedge.wish.horizon_days} d", *[_known(case.funding) for case in cases]),
            ("With funding", *[_known(case.net) for case in cases]),
        ]
    return [
        *rows,
        ("Margin now", *[_plain(now) for _ in cases]),
        ("Margin left", *[_plain(case.margin_left) for case in cases]),
        ("Margin safety", *[_weakest(case) for case in cases]),
    ]


def _varies(hedge: Hedge, case: Scenario) -> str | None:
    """Between which figures the outcome lies; None where every coin's move was said, so nothing is open."""
    if not any(case.named.values()):
        return None
    found = after(hedge, case.named, case.spot, case.hedged)
    bare = f"{spanned(found.bare.range)} without the hedge"
    # A range of shorts that end on the way is not known.
    mine = "" if case.liquidated else f"{spanned(found.hedged.range)} with the hedge, "
    return f"If {_said(case.named)}, four times in five {mine}{bare}."


def _known(amount: Decimal | None) -> str:
    return "unknown" if amount is None else short_money(amount)


def _plain(amount: Decimal) -> str:
    return short_money(amount).removeprefix("+")


def _weakest(case: Scenario) -> str:
    if case.liquidated:
        return "liquidated"
    return safety(min((leg.health for leg in case.legs if leg.health is not None), default=None))


def _lost(leg: LegOutcome) -> str:
    at = f" at {price(leg.leg.liquidation)}" if leg.leg.liquidation is not None else ""
    return (
        f"{leg.leg.asset} {_signed(leg.move)}: the exchange closes this short{at}. Its margin of "
        f"{money(leg.leg.margin)} is lost and it hedges nothing from there on, unless you add margin in time."
    )


def _all_lost(hedge: Hedge, cases: Sequence[Scenario]) -> str | None:
    """What it means that an account which all shorts share is liquidated on the way."""
    if not any(case.liquidated for case in cases):
        return None
    coins = hedge.backed is not None and hedge.backed.counted
    pays = "your coins there pay what they lost" if coins else "their cash is lost"
    return (
        f"The exchange closes all shorts on the way: {pays}, and nothing is hedged from there on, unless you "
        "add cash in time."
    )


def _coin_margin(cases: Sequence[Scenario]) -> str | None:
    coins = [leg.leg.asset for leg in cases[0].legs if leg.collateral]
    if not coins:
        return None
    worth = [short_money(sum((leg.collateral for leg in case.legs), Decimal(0))) for case in cases]
    return (
        f"The margin is paid in {' and '.join(coins)}. You hold too little of that, and what you buy for it "
        f"moves too: {' or '.join(worth)}, counted in “Hedge makes”."
    )


def _own_beta(hedge: Hedge) -> str | None:
    if hedge.wish.beta is None:
        return None
    return f"Your coins move here as measured, not {beta(float(hedge.wish.beta))} times as far, as you said."


def _details(case: Scenario) -> Markup:
    largest = sorted(case.coins.items(), key=lambda item: -abs(item[1]))
    coins = [(asset[:7], _whole(case.moves[asset]), short_money(made)) for asset, made in largest[:SHOWN]]
    shorts = [(leg.leg.asset[:7], _whole(leg.move), short_money(leg.pnl), _gauge(leg)) for leg in case.legs]
    more = len(largest) - SHOWN
    return lines(
        bold(f"If {_said(case.named)}"),
        table([("Coin", "moves", "makes"), *coins]),
        f"and {more} smaller ones." if more > 0 else None,
        table([("Short", "moves", "makes", "safe"), *shorts]),
    )


def _gauge(leg: LegOutcome) -> str:
    return "gone" if leg.liquidated else safety(leg.health)


def _method(hedge: Hedge, case: Scenario) -> list[str]:
    """What the figures assume."""
    assumed = (
        f" {', '.join(hedge.assumed)}: could not be measured, moves like the rest." if hedge.assumed else ""
    )
    funding = (
        f"Funding is what {case.funding_days} days bring at the mean of the last month; it changes, and a "
        "liquidated short is counted without. "
    )
    perpetual = any(leg.contract.perpetual for leg in hedge.legs)
    return [
        f"Coins that you did not name move as they did beside {' and '.join(case.named)} in the last "
        f"{hedge.days} days; in a crash they may move more.{assumed}",
        "Prices go straight there. "
        + (
            "All shorts share one account, and are liquidated together or not at all."
            if hedge.backed
            else "A short that meets its liquidation price on the way loses all its margin."
        ),
        "Margin safety: the margin left over the least that has to be kept. At 1x it is closed.",
        f"{funding if perpetual else ''}Fees are not in these figures.",
    ]


def _share(move: Decimal) -> str:
    """A share exactly as it was typed: 20 %, 12.5 %."""
    return f"{(move * 100).normalize():f}%"


def _signed(move: Decimal) -> str:
    """A move that was typed exactly as it is, any other to a tenth of a percent."""
    share = _share(abs(move))
    return f"{'-' if move < 0 else '+'}{share if len(share) <= 6 else percent(abs(move), 1)}"


def _whole(move: Decimal) -> str:
    return f"{'-' if move < 0 else '+'}{percent(abs(move))}"
