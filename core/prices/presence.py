"""Which contracts of one venue are there: what was listed and is no more, and what has stopped trading."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.contract import Contract
from core.domain.market import VenueFigures
from core.domain.quote import Quote
from core.domain.snapshot import Lost

KEEP = timedelta(days=30)
"""How long a contract that is gone is remembered."""


class Presence:
    """Remembers the contracts of one venue from refresh to refresh, for as long as the program runs.

    lost, stopped: as in `core.domain.snapshot.Snapshot`.
    """

    def __init__(self) -> None:
        self.lost: dict[str, Lost] = {}
        self.stopped: dict[str, datetime] = {}
        self._contracts: Mapping[str, Contract] = {}
        self._quotes: Mapping[str, Quote] = {}

    def take_over(self, figures: VenueFigures) -> None:
        """Go on from what another process saw."""
        self.lost, self.stopped = dict(figures.lost), dict(figures.stopped)
        self._contracts, self._quotes = figures.contracts, figures.quotes

    def see(
        self, contracts: Mapping[str, Contract], quotes: Mapping[str, Quote], now: datetime
    ) -> tuple[Mapping[str, Contract], Mapping[str, Quote]]:
        """Take in a refresh; the contracts, with the condition that their prices say, and the quotes.

        A mark that stands still is as old as the last one that did not.
        """
        frozen = {
            symbol: replace(quote, at=self._quotes[symbol].at)
            for symbol, quote in quotes.items()
            if quote.frozen and symbol in self._quotes
        }
        quotes = {**quotes, **frozen} if frozen else quotes
        for symbol in self._contracts.keys() - contracts.keys():
            self.lost[symbol] = Lost(self._contracts[symbol], now, self._quotes.get(symbol))
        self.lost = {
            symbol: lost
            for symbol, lost in self.lost.items()
            if symbol not in contracts and now - lost.since <= KEEP
        }
        self._contracts, self._quotes = contracts, quotes
        told = {
            symbol: replace(contracts[symbol], condition=quote.condition)
            for symbol, quote in quotes.items()
            if quote.condition != "trading" and symbol in contracts
        }
        seen = {**contracts, **told} if told else contracts
        self.stopped = {
            symbol: self.stopped.get(symbol, now)
            for symbol, contract in seen.items()
            if contract.condition != "trading"
        }
        return seen, quotes
