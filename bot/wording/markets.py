"""Which venues have a contract for a coin, the cheapest first."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import money, number, percent, short_money
from core.cost.compare import VenueOffer
from core.cost.funding import apr

NAME = 15
"""Columns for a venue's name."""


def markets(
    asset: str, found: Sequence[VenueOffer], compared: Decimal, days: int, mine: str, silent: Sequence[str]
) -> Markup:
    """The answer to /markets. mine: the user's venue. silent: the venues that gave no answer."""
    best = found[0]
    return lines(
        bold(_first(asset, best, compared, days)),
        table([("", "smallest", f"cost {days} d"), *(_row(place, mine) for place in found)]),
        f"Cost of shorting {money(compared)} for {days} days: both fees, the spread, less funding at today's "
        "rate, which changes. A minus is money you receive.",
        "* is your venue." if any(place.venue == mine for place in found) else f"None on {name_of(mine)}.",
        _silent(silent),
        folded(*(_details(place, compared) for place in found)),
    )


def no_market(asset: str, silent: Sequence[str]) -> Markup:
    """The answer where no venue that answers has a contract for the coin."""
    known = "No venue that answers now" if silent else "No venue here"
    return lines(
        bold(f"{known} has a contract for {asset}."),
        "It can still be hedged with other coins' contracts: /hedge picks those that move with it.",
        _silent(silent),
    )


def _first(asset: str, best: VenueOffer, compared: Decimal, days: int) -> str:
    if best.cost is None:
        return (
            f"{asset} can be shorted on {name_of(best.venue)}; what it costs is not known, but for "
            f"{money(best.fees)} of fees on {money(compared)}."
        )
    total = best.cost.total
    verb = "costs" if total >= 0 else "pays you"
    return (
        f"Cheapest for {asset}: {name_of(best.venue)}. Shorting {money(compared)} for {days} days {verb} "
        f"{money(abs(total))}."
    )


def _row(place: VenueOffer, mine: str) -> tuple[str, str, str]:
    star = "*" if place.venue == mine else ""
    shown = "not known" if place.cost is None else _short(place.cost.total)
    return f"{name_of(place.venue)[: NAME - len(star)]}{star}", _short(place.least), shown


def _short(amount: Decimal) -> str:
    return short_money(amount).removeprefix("+")


def _details(place: VenueOffer, compared: Decimal) -> Markup:
    contract = place.contract
    rows = [
        ("one contract", _size(place)),
        ("smallest order", f"{number(contract.least(place.quote.mark))} ({money(place.least)})"),
        ("fee, at market", percent(contract.taker_fee, 3)),
        (f"both, on {money(compared)}", money(place.fees)),
        *([("spread", "not known")] if place.cost and place.cost.half_spread is None else []),
        *_funding(place),
    ]
    return lines(bold(f"{name_of(place.venue)}: {contract.id}"), table(rows))


def _size(place: VenueOffer) -> str:
    contract = place.contract
    return (
        f"${number(contract.multiplier)}"
        if contract.inverse
        else f"{number(contract.multiplier)} {contract.asset}"
    )


def _funding(place: VenueOffer) -> list[tuple[str, str]]:
    if place.contract.expiry is not None:
        basis = [] if place.cost else [("basis", "not known")]
        return [("ends on", f"{place.contract.expiry:%d %b %Y}"), *basis]
    if place.funding is None:
        return [("funding", "not known now")]
    hours = place.funding.interval_hours
    return [
        (f"funding /{hours} h", percent(place.funding.rate, 4)),
        ("  a year", percent(apr(place.funding), 1)),
    ]


def _silent(silent: Sequence[str]) -> str | None:
    return f"No answer now from {', '.join(map(name_of, silent))}." if silent else None
