"""Which prices of a venue are believed: those that lead on from what a coin cost before.

A coin whose unit is changed (1 old for 1,000 new) has another price from one minute to the next, on the mark
and the index alike, and the venue goes on saying it. Held against the price before, or the stored closes,
that cannot be what the same coin costs: it would make a hedge of a thousand times the size. A crash, however
deep, trades its way there, and each of its prices is near the one before.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.contract import Contract
from core.domain.market import VenueFigures
from core.domain.quote import Quote
from core.domain.series import Closes

APART = 10
"""Prices of a coin so many times one another, with nothing in between, are in different units."""
RECENT = timedelta(days=3)
"""An older close says nothing of the price now."""


class Believed:
    """The prices of one venue that led on from each other so far."""

    def __init__(self) -> None:
        self._good: dict[str, Quote] = {}
        self._unproven: set[str] = set()
        self.refused: tuple[str, ...] = ()

    def take_over(self, figures: VenueFigures) -> None:
        """Go on from what another process believed."""
        self._good, self._unproven = dict(figures.quotes), set()
        self.refused = figures.problems

    def sift(
        self,
        venue: str,
        contracts: Mapping[str, Contract],
        quotes: Mapping[str, Quote],
        closes: Mapping[str, Closes],
        now: datetime,
    ) -> dict[str, Quote]:
        """The quotes, and in place of those that cannot be the last good ones, which grow old.

        `refused` names those until the closes say the same. What came before any close was known is held
        against the first one that is.
        """
        found: dict[str, Quote] = {}
        refused: list[str] = []
        for symbol, quote in quotes.items():
            contract = contracts.get(symbol)
            close = _last(contract, closes, now)
            good = self._good.get(symbol) if close is None or symbol not in self._unproven else None
            before = good.mark if good else close
            if before is None or _alike(quote.mark, before) or (close and _alike(quote.mark, close)):
                found[symbol] = self._good[symbol] = quote
                if close is None and good is None:
                    self._unproven.add(symbol)
                elif close is not None:
                    self._unproven.discard(symbol)
            else:
                if good:
                    found[symbol] = good
                refused.append(
                    f"{venue} gives {symbol} at {quote.mark.normalize():f} after {before.normalize():f}, "
                    "which cannot be the same unit of that coin."
                )
        self.refused = tuple(refused)
        return found


def _last(contract: Contract | None, closes: Mapping[str, Closes], now: datetime) -> Decimal | None:
    """The last close in quoted units; None where it is not known or too long ago."""
    own = closes.get(contract.asset) if contract is not None else None
    if contract is None or own is None or own.last is None or now.date() - own.last > RECENT:
        return None
    return Decimal(repr(float(own.prices[-1]))) * contract.scale


def _alike(one: Decimal, other: Decimal) -> bool:
    return max(one, other) < APART * min(one, other)
