"""What a venue lists: the rules of its contracts, asked for once an hour, and its brackets."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from core.domain.contract import Bracket, Contract
from core.domain.errors import NoData
from core.venues.exchange.adapter import figures, listing
from core.venues.exchange.adapter.board import Board
from core.venues.exchange.adapter.client import VenueClient
from core.venues.exchange.adapter.notes import Notes
from core.venues.exchange.adapter.reading import read_moment, sift
from core.venues.exchange.adapter.rounds import Round
from core.venues.exchange.calls import Row, Tiers
from core.venues.exchange.venue import Venue

FRESH = timedelta(hours=1)
"""How long rules stand before they are asked for again."""
KEEP = timedelta(hours=24)
"""How long they stand while the venue does not give them."""
RETRY = timedelta(minutes=5)
"""How long before rules that could not be had are asked for again while the old ones stand."""
TIERS_KEEP = timedelta(days=1)
"""How long the brackets of one contract stand where they are asked for one at a time."""
SKEW = timedelta(minutes=2)
"""A venue whose clock is further off than this disagrees with ours about the time."""
_TOLD = {
    "multiplier": "contract size",
    "lot": "lot",
    "min_count": "least order",
    "min_notional": "least worth of an order",
}
"""Rules whose change is told: a plan made before it may not be tradable."""


class Rules:
    """The contracts of one venue. `contracts`: as last read, by unified symbol."""

    def __init__(
        self, venue: Venue, client: VenueClient, board: Board, notes: Notes, clock: Callable[[], datetime]
    ) -> None:
        self._venue = venue
        self._client = client
        self._board = board
        self._notes = notes
        self._clock = clock
        self._tiers = Round(venue.tiers.most if venue.tiers else 0, TIERS_KEEP)
        self._reading = asyncio.Lock()
        self._unsure: set[str] = set()
        self._doubted: dict[str, datetime] = {}
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None
        self.contracts: Mapping[str, Contract] = {}

    async def read(self, first: Collection[str]) -> Mapping[str, Contract]:
        """Every active contract; brackets that come one at a time are asked for `first` for these assets.

        Raises NoData when the venue gives none and those known are too old.
        """
        async with self._reading:
            now = self._clock()
            if self._due(now):
                await self._try(now, first)
            if self._venue.tiers and self._venue.tiers.each:
                await self._ask_tiers(self._venue.tiers, now, first)
            return self.contracts

    def favoured(self, assets: Collection[str]) -> set[str]:
        """The symbols of the contracts on these assets."""
        return _favoured(self.contracts, assets)

    def doubt(self, symbols: Collection[str]) -> None:
        """Read the rules soon: these contracts have no price, and may not be listed any more."""
        now = self._clock()
        known = {symbol: at for symbol, at in self._doubted.items() if now - at <= FRESH}
        if new := set(symbols) - known.keys():
            self._unsure |= new
        self._doubted = known | dict.fromkeys(new, now)

    def _due(self, now: datetime) -> bool:
        if self._read_at is None or self._tried_at is None:
            return True
        wanted = self._unsure or now - self._read_at > FRESH
        return bool(wanted) and now - self._tried_at > RETRY

    async def _try(self, now: datetime, first: Collection[str]) -> None:
        """Read the rules; where that fails the old ones stand for a day."""
        self._tried_at = now
        try:
            await self._read(now, first)
        except NoData as failure:
            if self._read_at is None or now - self._read_at > KEEP:
                raise
            self._notes.refused("contracts", [str(failure)])

    async def _read(self, now: datetime, first: Collection[str]) -> None:
        rows, unreadable = await self._client.markets()
        read, refused = sift(rows, partial(listing.contract, self._venue, now=now))
        name = self._venue.name
        refused += [f"{name} lists a contract that cannot be read: {each}." for each in unreadable]
        if not read:
            raise NoData(f"{name} gave no usable contracts. Try again in a minute.")
        contracts = {contract.symbol: contract for contract in read}
        contracts |= self._missing_once(contracts, {row["symbol"] for row in rows}, now)
        tiers = self._venue.tiers
        if tiers and not tiers.each:
            brackets, problems = await self._bulk_tiers(tiers, contracts, rows, first)
            contracts = {
                symbol: _with(tiers, each, brackets.get(symbol)) for symbol, each in contracts.items()
            }
            refused += problems
        self._notes.refused("contracts", refused)
        self._notes.refused("server time", await self._skew(now))
        self._tell_changes(contracts)
        self.contracts, self._read_at = contracts, now

    def _missing_once(
        self, contracts: Mapping[str, Contract], named: Collection[str], now: datetime
    ) -> dict[str, Contract]:
        """Contracts that this answer does not name at all: one answer alone does not take them away.

        They stand as they were until the next one, which is asked for soon, does not name them either.
        """
        missing = {
            symbol: old
            for symbol, old in self.contracts.items()
            if symbol not in contracts
            and symbol not in named
            and symbol not in self._unsure
            and (old.until is None or old.until > now)
        }
        self._unsure = set(missing)
        return missing

    async def _bulk_tiers(
        self, tiers: Tiers, contracts: Mapping[str, Contract], rows: Collection[Row], first: Collection[str]
    ) -> tuple[Mapping[str, tuple[Bracket, ...]], list[str]]:
        """Brackets by symbol from one call or from the listing, and what was refused."""
        found: dict[str, Any] = {} if tiers.method else {row["symbol"]: row for row in rows}
        problems: list[str] = []
        for params in (tiers.params, *tiers.also) if tiers.method else ():
            try:
                answer = await self._client.call(
                    "margin tiers", tiers.method, *tiers.args, params=dict(params)
                )
                some = _by_symbol(tiers, answer, contracts)
                found |= some
                if not some:
                    problems.append(f"{self._venue.name} gave no usable margin tiers: assumed ones stand in.")
            except NoData as failure:
                problems.append(str(failure))
        try:
            marks = await self._marks(tiers, contracts, _favoured(contracts, first))
        except NoData as failure:
            marks = {}
            problems.append(str(failure))

        def read(symbol: str) -> tuple[str, tuple[Bracket, ...]]:
            mark = figures.mark(marks.get(symbol))
            return symbol, listing.read_brackets(self._venue, contracts[symbol], tiers, found[symbol], mark)

        usable, refused = sift([symbol for symbol in contracts if symbol in found], read)
        return dict(usable), problems + refused

    async def _ask_tiers(self, tiers: Tiers, now: datetime, first: Collection[str]) -> None:
        """Ask for the brackets of the contracts whose turn it is, and put them into the rules."""
        favoured = self.favoured(first)
        try:
            marks = await self._marks(tiers, self.contracts, favoured)
        except NoData:
            return  # the refresh that wants the prices says so

        async def fetch(symbol: str) -> tuple[Bracket, ...]:
            what = f"margin tiers of {symbol}"
            rows = await self._client.call(what, tiers.method, symbol, params=dict(tiers.params))
            mark = figures.mark(marks.get(symbol))
            return listing.read_brackets(self._venue, self.contracts[symbol], tiers, rows, mark)

        wanted = [
            symbol
            for symbol, contract in self.contracts.items()
            if contract.condition == "trading" or symbol in favoured
        ]
        self._notes.refused("margin tiers", await self._tiers.ask(wanted, favoured, now, fetch))
        known = self._tiers.answers
        self.contracts = {
            symbol: _with(tiers, each, known.get(symbol)) for symbol, each in self.contracts.items()
        }

    async def _marks(
        self, tiers: Tiers, contracts: Mapping[str, Contract], first: Collection[str]
    ) -> Mapping[str, figures.Known]:
        """Prices, where floors are counted in something that has to be turned into dollars."""
        units = {tiers.unit, tiers.inverse_unit or tiers.unit}
        return {} if units == {"usd"} else await self._board.read(contracts, first)

    async def _skew(self, now: datetime) -> list[str]:
        """How far the venue's clock is off, where it tells and that is far."""
        if not self._venue.server_time:
            return []
        name = self._venue.name
        try:
            stamp = await self._client.call("server time", "fetch_time")
            told = read_moment(stamp, f"{name} gives an impossible time.")
        except NoData as failure:
            return [str(failure)]
        ahead = told - now if told else timedelta(0)
        if abs(ahead) <= SKEW:
            return []
        minutes, side = round(abs(ahead) / timedelta(minutes=1)), "ahead of" if ahead.days >= 0 else "behind"
        return [f"The clock of {name} is {minutes} minutes {side} this machine's: check this machine's."]

    def _tell_changes(self, contracts: Mapping[str, Contract]) -> None:
        """What the venue changed in its rules since they were last read."""
        name = self._venue.name
        for symbol in sorted(self.contracts.keys() - contracts.keys()):
            self._notes.changed(f"{name} no longer lists {symbol}.")
        for symbol in sorted(self.contracts.keys() & contracts.keys()):
            old, new = self.contracts[symbol], contracts[symbol]
            for rule, words in _TOLD.items():
                before, after = getattr(old, rule), getattr(new, rule)
                if before != after:
                    self._notes.changed(
                        f"{name} changed the {words} of {symbol} from {before:f} to {after:f}."
                    )


def _favoured(contracts: Mapping[str, Contract], assets: Collection[str]) -> set[str]:
    return {symbol for symbol, contract in contracts.items() if contract.asset in assets}


def _by_symbol(tiers: Tiers, answer: Any, contracts: Mapping[str, Contract]) -> Mapping[str, Any]:
    """What an answer has for each contract, by unified symbol; nothing when its shape is another."""
    if tiers.by is None:
        return answer if isinstance(answer, Mapping) else {}
    try:
        by_id = tiers.by(answer)
        return {each.symbol: by_id[each.id] for each in contracts.values() if each.id in by_id}
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}


def _with(tiers: Tiers, contract: Contract, brackets: tuple[Bracket, ...] | None) -> Contract:
    """The contract with the venue's own brackets, where they are known."""
    if brackets is None:
        return contract
    coins = listing.in_coins(tiers, contract)
    return replace(contract, brackets=brackets, brackets_assumed=False, brackets_in_coins=coins)
