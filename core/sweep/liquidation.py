"""Where open contracts are liquidated, for very many at once: as `core.margin` works it out, in float64."""

import numpy as np

from core.beta import Floats
from core.contract import Bracket
from core.sweep.board import Board
from core.sweep.crowd import Crowd
from core.sweep.index import Flags

_SLACK = 1e-9
"""Relative: what float64 may be off."""


def liquidations(crowd: Crowd, board: Board) -> Floats:
    """In quoted units, by open contract; nan where no price liquidates it or its margin is not known."""
    opened = crowd.opened
    found = np.full(len(opened.place), np.nan)
    order = np.argsort(opened.place, kind="stable")
    edges = np.searchsorted(opened.place[order], np.arange(len(board.brackets) + 1))
    for number, tiers in enumerate(board.brackets):
        here = order[edges[number] : edges[number + 1]]
        if not len(here) or tiers is None:
            continue
        side = np.sign(opened.count[here])[:, None]
        dollars = np.abs(opened.count[here])[:, None] * board.units[number]
        entry, margin = opened.entry[here][:, None], opened.margin[here][:, None]
        _, rates, cums = _columns(tiers)
        with np.errstate(divide="ignore", invalid="ignore"):
            if board.inverse[number]:
                coins = side * margin / entry + dollars / entry
                prices = np.where(coins > 0, side * (dollars * (side + rates) - cums) / coins, np.nan)
            else:
                prices = (margin + cums - side * dollars * entry) / (dollars * (rates - side))
        first = np.where(side[:, 0] > 0, prices.max(axis=1), prices.min(axis=1))
        found[here] = first if board.inverse[number] else np.where(first > 0, first, np.nan)
    return found


def reached(crowd: Crowd, board: Board, prices: Floats) -> Flags:
    """Which open contracts may have come to the price that liquidates them, and are not noted as such.

    prices: of `liquidations`. As `core.outcome.reached` finds it out exactly; too many rather than too few.
    """
    opened = crowd.opened
    short = opened.count < 0
    with np.errstate(invalid="ignore"):
        limit = np.where(short, np.fmax(prices, opened.assured), np.fmin(prices, opened.assured))
        worst = np.where(
            short,
            np.fmax(board.mark, board.highest)[opened.place] * (1 + _SLACK),
            np.fmin(board.mark, board.lowest)[opened.place] * (1 - _SLACK),
        )
        past = np.where(short, worst >= limit, worst <= limit)
    return np.asarray(past & ~np.isnan(prices) & np.isnan(opened.lost))


def maintenance(tiers: tuple[Bracket, ...], worth: Floats) -> Floats:
    """USD that must stay covered of positions worth so many USD."""
    floors, rates, cums = _columns(tiers)
    found = np.maximum(np.searchsorted(floors, worth, side="right") - 1, 0)
    return np.asarray(worth * rates[found] - cums[found])


def _columns(tiers: tuple[Bracket, ...]) -> tuple[Floats, Floats, Floats]:
    """Floors, rates and amounts taken off."""
    floors, rates, cums = np.array([(tier.floor, tier.rate, tier.cum) for tier in tiers], dtype=np.float64).T
    return floors, rates, cums
