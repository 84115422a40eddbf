"""Which coins a venue takes as margin, how much of their worth counts, and what a debt there costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.coins.asset import STABLECOINS

COLLATERAL_REFUSE = timedelta(days=1)
"""A table of ratios that is older than this is not used; tables change days after they are announced."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a holding that counts at a rate of its own, up to where the next slice begins."""

    floor: Decimal
    """Where the slice begins, in coins or in USD as `Haircut.in_usd` says."""
    ratio: Decimal
    """The share of its worth that counts as margin, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Haircut:
    """How much of one coin counts as margin. The ratios are marginal: each slice counts at its own."""

    asset: str
    """The canonical ticker."""
    slices: tuple[Slice, ...]
    """Ascending from a floor of 0."""
    in_usd: bool = False
    """Whether the floors are USD of worth; otherwise coins."""
    cap: Decimal | None = None
    """The most coins of one user that count; None where none is known."""
    full: bool = False
    """Whether the venue takes no more of the coin for now, because its own limit is reached."""
    opens: Decimal | None = None
    """The ratio for opening positions; None where the venue has no other one for that."""
    forced: Decimal | None = None
    """The ratio at which the venue sells the coin for a debt; None where that is not published."""
    assumed: bool = False
    """Whether the ratios are our own assumption. It must be said."""

    @property
    def ratio(self) -> Decimal:
        """The ratio of the first coins."""
        return self.slices[0].ratio

    def counts(self, quantity: Decimal, price: Decimal) -> Decimal:
        """USD of margin that so many coins are at this price (USD per coin): sum of slice * ratio * price."""
        held = quantity if self.cap is None else min(quantity, self.cap)
        size = held * price if self.in_usd else held
        ends = [each.floor for each in self.slices[1:]]
        inside = (
            max(min(size, end) - each.floor, Decimal(0)) * each.ratio
            for each, end in zip(self.slices, [*ends, size], strict=True)
        )
        counted = sum(inside, Decimal(0))
        return counted if self.in_usd else counted * price


@dataclass(frozen=True, slots=True)
class Loan:
    """What a venue asks of a debt in one asset."""

    asset: str
    """The canonical ticker."""
    daily_rate: Decimal
    """Interest of a day, a decimal of the debt."""
    limit: Decimal | None = None
    """The most that is lent to one user, in units of the asset; None where it is not known."""
    free: Decimal | None = None
    """So much of a loss that is not realised bears no interest, in units; None where it is not known."""
    assumed: bool = False
    """Whether the rate is our own assumption. It must be said."""


@dataclass(frozen=True, slots=True)
class Collateral:
    """A venue's tables of what counts as margin and what a debt costs, as read at one moment."""

    venue: str
    """The venue's ccxt id."""
    at: datetime
    """When the ratios were read."""
    haircuts: Mapping[str, Haircut]
    """By asset. A coin that is missing does not count, as far as is known."""
    loans: Mapping[str, Loan] = field(default_factory=dict)
    """By asset; empty where no terms of debts are known."""
    source: str = ""
    """Where the ratios are from, in a few words."""
    problems: tuple[str, ...] = ()
    """One sentence for each figure that was refused."""

    def counts(self, asset: str, quantity: Decimal, price: Decimal) -> Decimal:
        """USD of margin that so many coins are; 0 for a coin that does not count."""
        haircut = self.haircuts.get(asset)
        return Decimal(0) if haircut is None or haircut.full else haircut.counts(quantity, price)

    def takes(self, asset: str) -> bool:
        """Whether any of the coin counts."""
        haircut = self.haircuts.get(asset)
        return haircut is not None and not haircut.full and any(each.ratio > 0 for each in haircut.slices)

    @property
    def assumed(self) -> bool:
        """Whether any ratio but those of dollar coins is our own assumption."""
        return any(each.assumed for asset, each in self.haircuts.items() if asset not in STABLECOINS)


def flat(asset: str, ratio: Decimal, *, cap: Decimal | None = None, assumed: bool = False) -> Haircut:
    """A haircut of one ratio for any number of coins up to the cap."""
    return Haircut(asset, (Slice(Decimal(0), ratio),), cap=cap, assumed=assumed)
