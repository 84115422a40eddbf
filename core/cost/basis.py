"""The basis of a dated future: how far it is above the coin's spot price, and what a short of it earns.

Future and spot meet at the expiry, so a short that is held until then earns the difference. A future above
spot (contango) pays the short.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.snapshot import Snapshot

DAYS_PER_YEAR = 365


def basis(future: Decimal, spot: Decimal) -> Decimal:
    """Future over spot, less one; a decimal."""
    return future / spot - 1


def annualised(future: Decimal, spot: Decimal, days: Decimal) -> Decimal:
    """The basis per year without compounding (ACT/365): (future / spot - 1) * 365 / days; `days` above
    zero.
    """
    return basis(future, spot) * DAYS_PER_YEAR / days


def held_to_expiry(future: Decimal, spot: Decimal) -> Decimal:
    """What a short sold at `future` earns per unit until the expiry, beside coins at `spot`: future -
    spot.
    """
    return future - spot


def days_left(expiry: datetime, now: datetime) -> Decimal:
    """Days until the expiry, with their fraction; below zero once it has passed."""
    return Decimal((expiry - now) // timedelta(microseconds=1)) / (86_400 * 10**6)


@dataclass(eq=False)
class HasExpired(NoData):
    """The future has been settled, so it has no basis any more."""

    says = "{contract} on {venue} has expired."
    venue: str
    contract: str
    """Its id at the venue."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One dated future at the moment."""

    contract: Contract
    """The contract."""
    future: Decimal
    """Its price, in quoted units."""
    spot: Decimal
    """The coin's price, in the same units."""
    days: Decimal
    """Days until the expiry, above zero."""

    @property
    def basis(self) -> Decimal:
        """Future over spot, less one; a decimal."""
        return basis(self.future, self.spot)

    @property
    def yearly(self) -> Decimal:
        """The basis per year."""
        return annualised(self.future, self.spot, self.days)

    def earned(self, notional: Decimal, days: Decimal) -> Decimal:
        """USD that a short of `notional` at the future's price earns over `days`, if the gap closes evenly.

        notional * (future - spot) / future until the expiry; for fewer days, their share of the days left.
        """
        share = min(days / self.days, Decimal(1))
        return notional * held_to_expiry(self.future, self.spot) / self.future * share


def dated(snapshot: Snapshot, contract: Contract, now: datetime) -> Dated:
    """The figures of one dated future.

    Spot is the index in the future's own quote, otherwise that of the coin's perpetual. Raises NoData where
    there is no usable price of either, and once the future has expired.
    """
    days = Decimal(0) if contract.expiry is None else days_left(contract.expiry, now)
    if days <= 0:
        raise HasExpired(snapshot.venue, contract.id)
    quote = snapshot.quote(contract.symbol, now)
    spot = quote.index or snapshot.price(contract.asset, now) * contract.scale
    return Dated(contract, quote.mark, spot, days)


def dated_contracts(snapshot: Snapshot) -> list[Contract]:
    """Every dated future of the venue, by asset and expiry."""
    listed = [contract for contract in snapshot.contracts.values() if contract.expiry is not None]
    return sorted(listed, key=lambda contract: (contract.asset, str(contract.expiry), contract.symbol))
