"""All that a venue says of its contracts at one refresh: the answers of several calls, merged by contract."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from core.domain.contract import Contract
from core.domain.errors import NoData
from core.venues.exchange.adapter.client import VenueClient
from core.venues.exchange.adapter.rounds import Round
from core.venues.exchange.calls import Call, Each, Gives, figure
from core.venues.exchange.venue import Venue

SAME_REFRESH = timedelta(seconds=5)
"""Quotes and funding come in the same answers; asked for within this time, those are fetched once."""

Known = Mapping[str, Mapping[str, Any]]
"""What is known of each contract, by symbol and by the names of `core.venues.exchange.venue.Gives`."""


class Board:
    """The current figures of one venue, unchecked. `problems`: what the last refresh went without."""

    def __init__(self, venue: Venue, client: VenueClient, clock: Callable[[], datetime]) -> None:
        self._venue = venue
        self._client = client
        self._clock = clock
        self._singles = [
            (single, Round(single.most, timedelta(hours=single.hours))) for single in venue.singles
        ]
        self._known: Known = {}
        self._at: datetime | None = None
        self._reading = asyncio.Lock()
        self.problems: tuple[str, ...] = ()
        self.failures: Mapping[str, str] = {}
        """By the name of each figure that no call gave in the last refresh, as it failed: why."""

    async def read(self, contracts: Mapping[str, Contract], first: Collection[str]) -> Known:
        """The venue's figures now; `first` are the symbols that single requests are for before others.

        Raises NoData when a call that is needed fails or gives nothing.
        """
        async with self._reading:
            now = self._clock()
            if self._at is None or not timedelta(0) <= now - self._at < SAME_REFRESH:
                self._known = await self._read(contracts, first)
                self._at = now
            return self._known

    async def _read(self, contracts: Mapping[str, Contract], first: Collection[str]) -> Known:
        symbols = {contract.id: symbol for symbol, contract in contracts.items()}
        calls = self._venue.figures
        answers = await asyncio.gather(*(self._answer(call, symbols) for call in calls))
        known: dict[str, dict[str, Any]] = {symbol: {} for symbol in contracts}
        failures: dict[str, str] = {}
        given = set[str]()
        problems: list[str] = []
        for call, answer in zip(calls, answers, strict=True):
            if isinstance(answer, NoData):
                if call.needed:
                    raise answer
                problems.append(str(answer))
                failures |= dict.fromkeys(call.gives, str(answer))
                continue
            given |= call.gives.keys()
            for symbol in known.keys() & answer.keys():
                _merge(known[symbol], call.gives, answer[symbol])
        for single, asked in self._singles:
            given |= single.gives.keys()
            lacking = [
                symbol
                for symbol, contract in contracts.items()
                if contract.perpetual and any(known[symbol].get(name) is None for name in single.gives)
            ]
            problems += await self._ask(single, asked, lacking, first)
            for symbol in known.keys() & asked.answers.keys():
                _merge(known[symbol], single.gives, asked.answers[symbol])
        self.problems = tuple(problems)
        self.failures = {name: why for name, why in failures.items() if name not in given}
        return known

    async def _answer(self, call: Call, symbols: Mapping[str, str]) -> Mapping[str, Any] | NoData:
        """ccxt's rows by symbol; an answer with no row for any symbol is of the wrong shape, not empty."""
        try:
            answer = await self._client.call(call.what, call.method, *call.args, params=dict(call.params))
        except NoData as failure:
            return failure
        try:
            rows = _named(call, answer, symbols)
        except (LookupError, TypeError, AttributeError):  # rows of the venue that have another shape
            rows = {}
        return rows or NoData(f"{self._venue.name} gave no usable {call.what}. Try again in a minute.")

    async def _ask(
        self, single: Each, asked: Round, symbols: Collection[str], first: Collection[str]
    ) -> list[str]:
        async def fetch(symbol: str) -> Any:
            return await self._client.call(f"{single.what} of {symbol}", single.method, symbol)

        return await asked.ask(symbols, first, self._clock(), fetch)


def _named(call: Call, answer: Any, symbols: Mapping[str, str]) -> dict[str, Any]:
    """The rows of an answer by symbol."""
    if call.by is not None:
        found = call.by(answer)
    elif not call.rows:
        return {symbol: row for symbol, row in answer.items() if symbol}
    else:
        for step in call.rows.split("."):
            answer = answer[step]
        found = {row.get(call.name): row for row in answer}
    named = ((call.stem(own), symbol) for own, symbol in symbols.items())
    return {symbol: found[name] for name, symbol in named if name in found}


def _merge(known: dict[str, Any], gives: Gives, row: Mapping[str, Any]) -> None:
    """Add what the row says of what is not known yet; what it should say and does not is there as None."""
    for name, key in gives.items():
        if known.get(name) is None:
            known[name] = figure(row, key)
