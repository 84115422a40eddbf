"""What a source of prices must be able to do, and how it says that it is well."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from core.domain.contract import Contract
from core.domain.quote import FundingRate, Quote
from core.domain.series import Candles, Closes, FundingHistory


@dataclass(frozen=True, slots=True)
class Health:
    """How a venue answers now.

    circuit: `closed` while prices are asked for, `opened` while they are not, `half-opened` while one probes,
    `waiting` while the venue wants fewer. calls: requests in the last minute. problems: one sentence for each
    figure that is refused now. events: what the venue changed lately, each with its time. ahead: how far this
    machine's clock is ahead of the venue's, None where that is not known.
    """

    circuit: str = "closed"
    calls: int = 0
    problems: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    ahead: timedelta | None = None


class Market(Protocol):
    """Where figures come from: one venue. Every method may raise NoData, naming what failed.

    remarks: sentences that every answer from this market must say.
    """

    venue: str
    simulated: bool
    remarks: tuple[str, ...]

    @property
    def health(self) -> Health:
        """How the venue answers now."""
        ...

    def favour(self, assets: Collection[str]) -> None:
        """Ask for the figures of these assets first where they come one contract at a time."""
        ...

    async def contracts(self) -> Mapping[str, Contract]:
        """The rules of every active contract, by unified symbol."""
        ...

    async def quotes(self) -> Mapping[str, Quote]:
        """Mark, index, bid and ask of every contract, in bulk."""
        ...

    async def funding(self) -> Mapping[str, FundingRate]:
        """Current funding of every perpetual with its interval, in bulk."""
        ...

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        """USD per coin of assets on the venue's spot market, in bulk; an unknown one is left out."""
        ...

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        """Settlements from `since` to now of each perpetual; one that is unknown or fails is left out."""
        ...

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        """Daily closes of each asset from its day in `since` to yesterday UTC; an unknown one is left out."""
        ...

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        """Candles of `hours` (1 or 24) ending after `first`, until `last`; an unknown asset is left out."""
        ...

    async def marks(self, symbols: Collection[str], since: datetime) -> Mapping[str, Candles]:
        """Hourly candles of these contracts in quoted units, from the hour of `since` on, to now.

        Of the mark price where the venue has them, else of trades. A symbol without any is left out.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class CloseStore(Protocol):
    """Where daily closes are kept between runs."""

    async def load(self, venue: str, assets: Collection[str], since: date) -> Mapping[str, Closes]:
        """Closes known of each asset from `since` on; an asset without any is left out."""
        ...

    async def save(self, venue: str, closes: Mapping[str, Closes]) -> None:
        """Keep closes; a day that is already there is overwritten."""
        ...
