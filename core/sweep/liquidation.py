"""Where open contracts are liquidated, worked out for very many at once in float64, just as `core.margin`
does."""

import numpy as np

from core.domain.contract import Bracket
from core.margin import MarginRules
from core.measure.beta import Floats
from core.sweep.board import SweepBoard
from core.sweep.crowd import Crowd, Flags

_SLACK = 1e-9
"""More than float64 may be off by, as a part of a price."""


def liquidations(crowd: Crowd, board: SweepBoard) -> Floats:
    """The price that liquidates each open contract, in quoted units.

    It is nan where no price does, and where the margin is not known.
    """
    positions = crowd.positions
    found = np.full(len(positions.place), np.nan)
    order = np.argsort(positions.place, kind="stable")
    edges = np.searchsorted(positions.place[order], np.arange(len(board.brackets) + 1))
    for number, rules in enumerate(board.brackets):
        here = order[edges[number] : edges[number + 1]]
        if not len(here) or rules is None:
            continue
        # One row a position and one column a bracket: each bracket gives a price, and the first one reached
        # is the right one.
        side = np.sign(positions.count[here])[:, None]
        dollars = np.abs(positions.count[here])[:, None] * board.units[number]
        entry, margin = positions.entry[here][:, None], positions.margin[here][:, None]
        _, rates, cums = _columns(rules.brackets)
        rates = rates + float(rules.fee)
        usd, in_coins = (np.zeros_like(cums), cums) if rules.in_coins else (cums, np.zeros_like(cums))
        with np.errstate(divide="ignore", invalid="ignore"):
            if rules.frozen:
                prices = _frozen(rules, side, dollars, entry, margin)
            elif board.inverse[number]:
                coins = side * (margin / entry + in_coins) + dollars / entry
                # A short whose bracket no price reaches is liquidated by another one; a long has none left.
                none = np.where(side < 0, np.inf, np.nan)
                prices = np.where(coins > 0, side * (dollars * (side + rates) - usd) / coins, none)
            else:
                prices = (margin + cums - side * dollars * entry) / (dollars * (rates - side))
        first = np.where(side[:, 0] > 0, prices.max(axis=1), prices.min(axis=1))
        found[here] = np.where((first > 0) & np.isfinite(first), first, np.nan)
    return found


def reached_prices(crowd: Crowd, board: SweepBoard, prices: Floats) -> Flags:
    """Which open contracts may have come to the price that liquidates them, and are not noted as such yet.

    prices: as `liquidations` gives them. Rather too many than too few: `core.outcome.reached` finds out
    exactly.
    """
    positions = crowd.positions
    short = positions.count < 0
    with np.errstate(invalid="ignore"):
        limit = np.where(short, np.fmax(prices, positions.assured), np.fmin(prices, positions.assured))
        worst = np.where(
            short,
            np.fmax(board.mark, board.highest)[positions.place] * (1 + _SLACK),
            np.fmin(board.mark, board.lowest)[positions.place] * (1 - _SLACK),
        )
        past = np.where(short, worst >= limit, worst <= limit)
    return np.asarray(past & ~np.isnan(prices) & np.isnan(positions.lost))


def _frozen(rules: MarginRules, side: Floats, units: Floats, entry: Floats, margin: Floats) -> Floats:
    """The price that liquidates where maintenance stays what it was at the entry."""
    kept = maintenance_of(rules, units if rules.inverse else units * entry, entry)
    if rules.inverse:
        coins = units / entry + side * (margin - kept) / entry
        return np.asarray(np.where(coins > 0, units / coins, np.nan))
    return np.asarray(entry - side * (margin - kept) / units)


def needed(rules: MarginRules, units: Floats, entry: Floats, mark: Floats) -> Floats:
    """USD that must be left of positions, as in `core.margin.MarginRules.needed`."""
    worth = units if rules.inverse else units * mark
    if not rules.frozen:
        return np.asarray(maintenance_of(rules, worth, mark) + float(rules.fee) * worth)
    kept = maintenance_of(rules, units if rules.inverse else units * entry, entry)
    return np.asarray(kept * (mark / entry if rules.inverse else 1.0) + float(rules.fee) * worth)


def maintenance_of(rules: MarginRules, worth: Floats, price: Floats) -> Floats:
    """USD of maintenance margin of positions worth so many USD, counted at these prices of the coin."""
    floors, rates, cums = _columns(rules.brackets)
    per = price if rules.in_coins else np.ones_like(worth)
    counted = worth / per
    found = np.maximum(np.searchsorted(floors, counted, side="right") - 1, 0)
    return np.asarray((counted * rates[found] - cums[found]) * per)


def _columns(tiers: tuple[Bracket, ...]) -> tuple[Floats, Floats, Floats]:
    """The floors, rates and deductions of the brackets."""
    floors, rates, cums = np.array([(tier.floor, tier.rate, tier.cum) for tier in tiers], dtype=np.float64).T
    return floors, rates, cums
