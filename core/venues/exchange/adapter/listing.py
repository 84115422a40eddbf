"""What a venue lists: ccxt's market rows and margin tiers, read into contracts, or refused by name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from core.domain.contract import Bracket, Contract
from core.domain.errors import NoData
from core.margin import tiered
from core.venues.exchange.adapter.naming import coin
from core.venues.exchange.adapter.reading import optional, positive, read_moment, read_number
from core.venues.exchange.calls import Row, Tiers, figure
from core.venues.exchange.venue import Venue

SETTLES = ("USDT", "USDC", "USD")
"""What a linear contract of ours is settled in: a dollar, near enough."""
MAX_FEE = Decimal("0.05")
"""A fee beyond this is a mistake."""
NO_END = timedelta(days=3650)
"""An end so far off is what venues write for none: Binance says 2100, Coinbase International 3000."""


def contract(venue: Venue, row: Row, now: datetime) -> Contract | None:
    """The contract in one of ccxt's market rows, None when it has ended or is of a kind that we do not use.

    Raises NoData when it is ours and one of its rules is missing, impossible or contradicts another.
    """
    symbol = row["symbol"]
    condition = venue.condition(row) if row["swap"] or row["future"] else None
    if condition is None or venue.skips(row) or not _ours(venue, row):
        return None
    asset, scale = coin(venue, row)
    expiry = read_moment(row["expiry"], f"{venue.name} lists {symbol} with an impossible expiry.")
    if row["future"] and (expiry is None or expiry <= now):
        raise NoData(f"{venue.name} lists {symbol} without an expiry that is still to come.")
    listed = 1 if venue.counts_coins else figure(row, venue.size)
    size = positive(listed, f"{venue.name} lists {symbol} without a usable contract size.")
    lot = positive(figure(row, venue.lot), f"{venue.name} lists {symbol} without a usable lot.")
    least, most, worth = _limits(venue, row, lot)
    return Contract(
        venue=venue.id,
        symbol=symbol,
        id=str(figure(row, venue.called)),
        asset=asset,
        settle=row["settle"],
        multiplier=size if row["inverse"] else size * scale,
        lot=lot,
        min_count=least,
        min_notional=worth,
        tick=positive(row["precision"]["price"], f"{venue.name} lists {symbol} without a usable price step."),
        brackets=_capped(venue.brackets(asset, perpetual=expiry is None), row),
        max_count=most,
        scale=scale,
        inverse=bool(row["inverse"]),
        expiry=expiry,
        taker_fee=_fee(figure(row, venue.fees[0]), venue.taker_fee),
        maker_fee=_fee(figure(row, venue.fees[1]), venue.maker_fee),
        brackets_assumed=True,
        condition=condition,
        frozen_margin=venue.frozen_margin,
        closing_fee=venue.closing_fee,
        ends=_end(venue, row, now) if expiry is None else None,
    )


def _end(venue: Venue, row: Row, now: datetime) -> datetime | None:
    """When a perpetual ends, where the venue has announced that."""
    stamp = read_number(figure(row, venue.ends)) if venue.ends else None
    if stamp is None or not 0 < stamp < ((now + NO_END).timestamp() * 1000):
        return None
    return datetime.fromtimestamp(float(stamp) / 1000, UTC)


def _capped(brackets: tuple[Bracket, ...], row: Row) -> tuple[Bracket, ...]:
    """Assumed brackets, with no more leverage than the listing allows where it says."""
    listed = read_number((row["limits"].get("leverage") or {}).get("max"))
    if listed is None or listed < 1:
        return brackets
    return tuple(replace(each, max_leverage=min(each.max_leverage, listed)) for each in brackets)


def _ours(venue: Venue, row: Row) -> bool:
    """Whether the contract is settled in dollars or in its own coin; raises NoData when in a third one."""
    # ccxt takes what is not settled in its quote for inverse, though it may be settled in a third coin
    if not row["linear"] and (not row["inverse"] or row["settle"] != row["base"]):
        raise NoData(f"{venue.name} settles {row['symbol']} in a third coin, which no hedge here can use.")
    return row["quote"] == "USD" if row["inverse"] else row["settle"] in SETTLES


def _limits(venue: Venue, row: Row, lot: Decimal) -> tuple[Decimal, Decimal | None, Decimal]:
    """Least and greatest count of one market order, and its least worth in USD."""
    impossible = f"{venue.name} lists {row['symbol']} with impossible order limits."
    limits = row["limits"]
    amounts = (limits.get("amount") or {}, limits.get("market") or {})
    leasts = (optional(amount.get("min"), impossible) for amount in amounts)
    listed = (figure(row, venue.most), *(amount.get("max") for amount in amounts))
    mosts = (optional(limit, impossible) for limit in listed)
    least = max(limit for limit in (lot, *leasts) if limit is not None)
    most = min((limit for limit in mosts if limit is not None), default=None)
    if most is not None and most < least:
        raise NoData(impossible)
    return least, most, optional((limits.get("cost") or {}).get("min"), impossible) or Decimal(0)


def _fee(value: object, usual: Decimal) -> Decimal:
    fee = read_number(value)
    return usual if fee is None or abs(fee) > MAX_FEE else fee


def read_brackets(
    venue: Venue, listed: Contract, tiers: Tiers, given: Any, mark: Decimal | None
) -> tuple[Bracket, ...]:
    """The brackets of one contract from what the venue has given for it, floors in USD, or `in_coins`.

    Floors that are counted in contracts or coins are worth what those are at `mark`, in quoted units.
    Raises NoData when they are missing, do not begin at nothing, or do not ask for more as they rise.
    """
    wrong = f"{venue.name} gives unusable margin tiers for {listed.symbol}."
    unit = (tiers.inverse_unit if listed.inverse else None) or tiers.unit
    if unit != "usd" and mark is None and not in_coins(tiers, listed):
        raise NoData(f"{venue.name} gives no price to read the margin tiers of {listed.symbol} with.")
    worth = {
        "usd": Decimal(1),
        "contracts": listed.value(mark or Decimal(1)),
        "coins": Decimal(1) if in_coins(tiers, listed) else (mark or Decimal(1)) / listed.scale,
    }[unit]
    try:
        rows = sorted(
            (read_number(tier.floor), positive(tier.rate, wrong), positive(tier.max_leverage, wrong))
            for tier in tiers.read(given)
        )
    except (LookupError, TypeError, AttributeError, ArithmeticError):
        raise NoData(wrong) from None
    known = [(floor * worth, rate, most) for floor, rate, most in rows if floor is not None]
    if not rows or len(known) != len(rows) or known[0][0] != 0 or not _rise(known):
        raise NoData(wrong)
    return tiered(known)


def in_coins(tiers: Tiers, listed: Contract) -> bool:
    """Whether the brackets of an inverse contract stay counted in coins, as the venue gives them."""
    return listed.inverse and (tiers.inverse_unit or tiers.unit) == "coins"


def _rise(rows: list[tuple[Decimal, Decimal, Decimal]]) -> bool:
    """Whether floors rise, rates do not fall and stay below one, and the leverage allowed does not rise."""
    return rows[-1][1] < 1 and all(
        low[0] < high[0] and low[1] <= high[1] and low[2] >= high[2] for low, high in pairwise(rows)
    )
