"""Which venues have a contract for a coin, the cheapest first."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import leverage, money, number, percent, price, short_money
from core.cost.compare import VenueOffer
from core.cost.funding import apr
from core.cost.sizes import SizeLeft
from core.venues.offered import FeeSource, fee_source

SOURCES: Mapping[FeeSource, str] = {
    "listing": "by the exchange's own listing",
    "library": "by the exchange's table for new accounts, as the library ccxt has it",
    "specification": "by its published specification and a broker's price list",
    "made up": "made up, as all of this market is",
}
SHORT_SOURCES: Mapping[FeeSource, str] = {
    "listing": "its listing",
    "library": "new accounts",
    "specification": "specification",
    "made up": "made up",
}
FEES_FROM = (
    "Fees by “new accounts”: what a new account pays, as the library ccxt has it. Yours: /settings fee."
)
NAME = 15
"""Columns for a venue's name."""


def markets(
    asset: str,
    found: Sequence[VenueOffer],
    compared: Decimal,
    days: int,
    mine: str,
    silent: Sequence[str],
    sizes: Markup | None = None,
) -> Markup:
    """The answer to /markets. mine: the user's venue. silent: the venues that gave no answer. sizes: what the
    sizes of contracts do to the user's own hedge.
    """
    best = found[0]
    return lines(
        bold(_first(asset, best, compared, days)),
        table([("", "smallest", f"cost {days} d"), *(_row(place, mine) for place in found)]),
        f"Cost of shorting {money(compared)} for {days} days: both fees, the spread, less funding at today's "
        "rate, which changes. A minus is money you receive.",
        "* is your venue." if any(place.venue == mine for place in found) else f"None on {name_of(mine)}.",
        _silent(silent),
        folded(
            *([] if sizes is None else [sizes]), *(_details(place, compared) for place in found), FEES_FROM
        ),
    )


def contract_sizes(asset: str, target: Decimal, sizes: Sequence[SizeLeft], margin: Decimal | None) -> Markup:
    """What each size of contract would leave of the user's own hedge with this coin.

    target: USD of that hedge. margin: USD of margin for a dollar short, at the leverage that the plan takes.
    """
    rows = [(f"{_coins(each.coins)} {asset}"[:14], f"{each.steps:,f}", money(each.left)) for each in sizes]
    same = "The margin for a dollar short is the same in every size"
    return lines(
        bold(f"Standard or micro, for your hedge of {money(target)} in {asset}"),
        table([("one step is", "count", "left over"), *rows]),
        f"Left over: what rounding to whole steps would hedge too much or too little. {same}"
        + (f": here {price(margin)}." if margin is not None else "."),
        *(f"{_coins(each.coins)} {asset}: {', '.join(each.where)}." for each in sizes),
    )


def venue_terms(place: VenueOffer, own_fee: Decimal | None) -> str:
    """The highest leverage of a coin's contract at a venue and its fees, with where they come from."""
    contract = place.contract
    said = (
        f"{contract.asset}: up to {_most(place)}; fees {_fee(contract.taker_fee)} at market (taker), "
        f"{_fee(contract.maker_fee)} waiting (maker), {SOURCES[fee_source(place.venue)]}."
    )
    if own_fee is None:
        return f"{said} If you pay less: /settings fee 0.04%."
    return f"{said} I count with your own fee, {_fee(own_fee)}: /settings fee auto takes that away."


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
        ("highest leverage", _most(place)),
        ("fee, at market", _fee(contract.taker_fee)),
        ("fee, waiting", _fee(contract.maker_fee)),
        ("fees by", SHORT_SOURCES[fee_source(place.venue)]),
        (f"both, on {money(compared)}", money(place.fees)),
        *([("spread", "not known")] if place.cost and place.cost.half_spread is None else []),
        *_funding(place),
    ]
    return lines(bold(f"{name_of(place.venue)}: {contract.id}"), table(rows))


def _most(place: VenueOffer) -> str:
    """The highest leverage of the smallest position; a broker sets none."""
    if place.contract.brokered:
        return "as your broker allows"
    brackets = place.contract.brackets
    assumed = " (assumed)" if place.contract.brackets_assumed else ""
    return f"{leverage(brackets[0].max_leverage)}{assumed}"


def _fee(fee: Decimal) -> str:
    return percent(fee, 3)


def _coins(amount: Decimal) -> str:
    return number(amount)


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
