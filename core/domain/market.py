"""What a source of prices must be able to do, how it says whether it is well, and where figures are kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from core.domain.capital.collateral import Collateral
from core.domain.contract import Contract
from core.domain.quote import Deleveraging, FundingRate, Quote
from core.domain.series import Candles, Closes, FundingHistory
from core.domain.snapshot import Lost
from core.domain.stated import Stated


@dataclass(frozen=True, slots=True)
class Health:
    """How well a venue answers at the moment."""

    circuit: str = "closed"
    """`closed` while prices are asked for, `opened` while they are not because of failures, `half-opened`
    while one request tries whether it works again, `waiting` while the venue wants fewer requests.
    """
    calls: int = 0
    """Requests in the last minute."""
    problems: tuple[str, ...] = ()
    """One sentence for each figure that is refused now."""
    events: tuple[str, ...] = ()
    """What the venue changed lately, each with its time."""
    ahead: timedelta | None = None
    """How far this machine's clock is ahead of the venue's; None where that is not known."""


class Market(Protocol):
    """Where figures come from: one venue. Every method may raise NoData and then names what failed."""

    venue: str
    """The venue's ccxt id."""
    simulated: bool
    """Whether the figures are made up; every answer that rests on them must say so."""
    remarks: tuple[Stated, ...]
    """What every answer from this market must say."""

    @property
    def health(self) -> Health:
        """How well the venue answers now."""
        ...

    def favour(self, assets: Collection[str]) -> None:
        """Ask for the figures of these assets first, where a venue gives them only one contract at a time."""
        ...

    async def contracts(self) -> Mapping[str, Contract]:
        """The rules of every active contract, by unified symbol."""
        ...

    async def quotes(self) -> Mapping[str, Quote]:
        """Mark, index, bid and ask of every contract, all in one go."""
        ...

    async def funding(self) -> Mapping[str, FundingRate]:
        """The current rate and interval of every perpetual, all in one go."""
        ...

    async def deleveraging(self) -> Mapping[str, Deleveraging]:
        """How near the venue is to closing positions in profit, by symbol, where it says so; all in one go.

        Nothing at a venue that says nothing of it.
        """
        ...

    async def collateral(self) -> Collateral | None:
        """What the venue takes as margin beside cash, and what a debt costs there; None where it says nothing
        of it.
        """
        ...

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        """What these assets cost in USD on the venue's spot market. An asset
        that is unknown there is left out.
        """
        ...

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        """The settlements of these perpetuals from `since` to now.

        A perpetual that is unknown, or whose request fails, is left out.
        """
        ...

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        """Daily closes of each asset from its day in `since` to yesterday (UTC).

        An asset that is unknown is left out.
        """
        ...

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        """Candles of `hours` (1 or 24) that end after `first` and up to `last`.

        An asset that is unknown is left out.
        """
        ...

    async def marks(
        self, symbols: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> Mapping[str, Candles]:
        """Candles of these contracts, in quoted units, that begin from `first` until before `last`.

        length: one minute or one hour. They are of the mark price where the venue keeps a record of it,
        otherwise of trades. A symbol that is unknown, or whose request fails, is left out.
        """
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...


class CloseStore(Protocol):
    """Where daily closes are kept between runs of the bot."""

    async def load(self, venue: str, assets: Collection[str], since: date) -> Mapping[str, Closes]:
        """The known closes of each asset from `since` on. An asset without any is left out."""
        ...

    async def save(self, venue: str, closes: Mapping[str, Closes]) -> None:
        """Keep these closes. A day that is there already is overwritten."""
        ...


class CollateralStore(Protocol):
    """Where tables of collateral are kept between runs of the bot."""

    async def load(self, venue: str) -> Collateral | None:
        """The table that was kept last; None where none was."""
        ...

    async def save(self, collateral: Collateral) -> None:
        """Keep this table in place of the venue's last one."""
        ...


@dataclass(frozen=True, slots=True)
class VenueFigures:
    """The figures of one venue after one refresh, without closes, which are kept by themselves.

    The fields are those of `core.domain.snapshot.Snapshot`.
    """

    at: datetime
    """When the prices were had."""
    contracts: Mapping[str, Contract]
    quotes: Mapping[str, Quote]
    funding: Mapping[str, FundingRate] = field(default_factory=dict)
    funding_at: datetime | None = None
    """When the funding was had; None where it never was."""
    deleveraging: Mapping[str, Deleveraging] = field(default_factory=dict)
    lost: Mapping[str, Lost] = field(default_factory=dict)
    stopped: Mapping[str, datetime] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    """One sentence for each figure that was refused."""


class FigureStore(Protocol):
    """Where the processes of one bot keep the figures of venues for each other."""

    async def save(self, venue: str, figures: VenueFigures) -> None:
        """Keep these figures, unless newer ones are there."""
        ...

    async def newer(self, venue: str, than: datetime | None) -> VenueFigures | None:
        """The figures of a venue where they are newer than that moment; None where there are none."""
        ...

    async def ask(self, venue: str, now: datetime) -> None:
        """Note that somebody asks for this venue."""
        ...

    async def asked(self, since: datetime) -> Collection[str]:
        """The venues that somebody has asked for since then, in any process."""
        ...
