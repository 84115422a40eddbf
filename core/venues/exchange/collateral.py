"""A venue's tables of collateral and of interest, read and checked: what cannot be is refused by name."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from core.domain.capital.collateral import Collateral, Haircut, Loan, Slice
from core.domain.coins.asset import listed_as
from core.domain.errors import BadInput, NoData
from core.venues.exchange.adapter.reading import read_number, sift
from core.venues.exchange.backs import Ask, Backs, Lent, Margined
from core.venues.exchange.venue import Venue

Row = TypeVar("Row", Margined, Lent)
Fetch = Callable[[str, Ask], Awaitable[Any]]
"""Asks the venue; the first argument names the figures for the user."""
ONE = Decimal(1)
MOST_A_DAY = Decimal("0.05")
"""Interest of a day above this is in another unit."""


async def read_collateral(
    venue: Venue, backs: Backs, fetch: Fetch, prices: Mapping[str, Decimal], now: datetime
) -> Collateral:
    """The tables now. prices: USD per coin, where a unit has to be guessed.

    Raises NoData where no ratio can be had. Interest that cannot be had is left out, and named in `problems`.
    """
    answers = [await fetch("ratios of collateral", ask) for ask in backs.ratios]
    taken = _rows(venue, "ratios of collateral", lambda: list(backs.taken(*answers)))
    haircuts, refused = sift(taken, lambda row: _haircut(venue, row, prices))
    if not haircuts:
        raise NoData(" ".join([f"{venue.name} gave no usable ratios of collateral.", *refused[:1]]))
    loans: list[Loan] = []
    if backs.lent is not None:
        lent = backs.lent
        try:
            told = [await fetch("interest of debts", ask) for ask in backs.interest]
            rows = _rows(venue, "interest of debts", lambda: list(lent(*told)))
            loans, odd = sift(rows, lambda row: _loan(venue, row))
            refused += odd
        except NoData as failure:
            refused.append(str(failure))
    return Collateral(
        venue.id,
        now,
        _by_asset(haircuts),
        {loan.asset: loan for loan in loans},
        source=f"{venue.name}'s {backs.source}, read {now:%d %b %H:%M} UTC",
        problems=tuple(dict.fromkeys(refused)),
    )


def _rows(venue: Venue, what: str, read: Callable[[], list[Row]]) -> list[Row]:
    """The rows of an answer. Raises NoData where it is not of the form that is known."""
    try:
        return read()
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, ArithmeticError):
        raise NoData(f"{venue.name} gave {what} in a form that I do not know.") from None


def _by_asset(haircuts: Iterable[tuple[str, Haircut]]) -> dict[str, Haircut]:
    """By ticker; where a venue has several names for one, what bears the ticker itself."""
    found: dict[str, Haircut] = {}
    for coin, haircut in haircuts:
        if haircut.asset not in found or coin.upper() == haircut.asset:
            found[haircut.asset] = haircut
    return found


def _haircut(venue: Venue, row: Margined, prices: Mapping[str, Decimal]) -> tuple[str, Haircut] | None:
    """One coin's table. Raises NoData, by name, where it cannot be; None for one that counts nothing."""
    try:
        asset, _ = listed_as(row.coin)
    except BadInput:
        return None  # no name of a coin, so nobody holds it here
    try:
        slices = _slices(row)
    except ValueError as why:
        sentence = f"{venue.name} gives {row.coin[:20]} ratios of collateral that cannot be: {why}."
        raise NoData(sentence) from None
    if all(one.ratio == 0 for one in slices):
        return None
    in_usd = row.in_usd
    if in_usd is None:
        # The reading in which the holding is the larger number leaves more of it in slices that count less.
        in_usd = prices.get(asset, ONE) >= ONE
    return row.coin, Haircut(
        asset,
        slices,
        in_usd=in_usd,
        cap=_above_zero(row.cap),
        full=row.full,
        opens=_share(row.opens),
        forced=_share(row.forced),
    )


def _slices(row: Margined) -> tuple[Slice, ...]:
    """The slices in order. Raises ValueError, saying why they cannot be."""
    if row.odd or not row.slices:
        raise ValueError(row.odd or "none is there")
    found = sorted((_slice(floor, ratio) for floor, ratio in row.slices), key=lambda one: one.floor)
    if found[0].floor != 0:
        raise ValueError("the first slice does not begin at 0")
    if any(other.floor == one.floor or other.ratio > one.ratio for one, other in pairwise(found)):
        raise ValueError("its slices contradict each other")
    return tuple(found)


def _slice(floor: object, ratio: object) -> Slice:
    begins, counts = read_number(floor), read_number(ratio)
    if begins is None or counts is None or begins < 0:
        raise ValueError("a figure is missing")
    if not 0 <= counts <= ONE:
        raise ValueError(f"{counts:f} is no share of its worth")
    return Slice(begins, counts)


def _loan(venue: Venue, row: Lent) -> Loan | None:
    """One coin's interest. Raises NoData, by name, where it cannot be."""
    try:
        asset, _ = listed_as(row.coin)
    except BadInput:
        return None
    daily = read_number(row.daily)
    if daily is None or not 0 <= daily <= MOST_A_DAY:
        raise NoData(f"{venue.name} gives {row.coin[:20]} an interest of debts that cannot be.")
    return Loan(asset, daily, _above_zero(row.limit), _not_below_zero(row.free))


def _above_zero(figure: object) -> Decimal | None:
    read = read_number(figure)
    return read if read is not None and read > 0 else None


def _not_below_zero(figure: object) -> Decimal | None:
    read = read_number(figure)
    return read if read is not None and read >= 0 else None


def _share(figure: object) -> Decimal | None:
    read = read_number(figure)
    return read if read is not None and 0 <= read <= ONE else None
