"""A hedge whose shorts are split over several venues, so that no one of them can take all of it away.

Each short is split into equal parts over the venues that have its contract, the cheapest first. A part that
is too small for an order goes to the cheapest venue instead. What stays covered if one venue freezes, or
closes what it has, is the USD short that lies at the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from core.cost.compare import VenueOffer
from core.domain.contract import Contract
from core.domain.quote import Quote
from core.hedge.hedge import Hedge
from core.hedge.leg import Leg
from core.hedge.ticket import Ticket, ticket_for
from core.margin import MarginRules

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class VenuePart:
    """The part of a short that is placed at one venue."""

    leg: Leg
    """The short of the plan."""
    contract: Contract
    """What is shorted of it there."""
    quote: Quote
    """Its prices."""
    count: Decimal
    """Contracts to short."""
    wanted: Decimal
    """Contracts before rounding."""
    leverage: Decimal
    """The leverage to set there."""

    @property
    def notional(self) -> Decimal:
        """USD that it is worth."""
        return self.count * self.contract.value(self.quote.mark)

    @property
    def margin(self) -> Decimal:
        """USD set aside for it."""
        return self.notional / self.leverage

    def ticket(self, own_fee: Decimal | None) -> Ticket:
        """The order for it. own_fee: the user's own taker fee."""
        return ticket_for(self.contract, -self.count, self.quote, own_fee, self.leverage)


@dataclass(frozen=True, slots=True)
class OverVenues:
    """A hedge that is split over venues."""

    hedge: Hedge
    """The plan that it is of."""
    venues: tuple[str, ...]
    """The venues that were named, by their ccxt ids, in that order."""
    parts: tuple[VenuePart, ...]
    """What is placed where; by short, the cheapest venue first."""

    @property
    def notional(self) -> Decimal:
        """USD short in all."""
        return sum((part.notional for part in self.parts), _ZERO)

    @property
    def at(self) -> Mapping[str, Decimal]:
        """USD short by venue."""
        return {
            venue: sum((part.notional for part in self.parts if part.contract.venue == venue), _ZERO)
            for venue in self.venues
        }

    def left_without(self, venue: str) -> Decimal:
        """The share of the exposure that is still covered where this venue has frozen."""
        others = self.notional - self.at[venue]
        return self.hedge.coverage * others / self.hedge.notional


def over_venues(
    hedge: Hedge, offers: Mapping[str, Sequence[VenueOffer]], venues: Sequence[str]
) -> OverVenues:
    """The plan's shorts split over these venues.

    offers: for each asset shorted, the perpetuals of these venues on that coin, the cheapest first. A short
    that no venue offers, or whose parts are too small for any order, is left out.
    """
    parts = [part for leg in hedge.legs for part in _parts(leg, offers.get(leg.asset, ()))]
    return OverVenues(hedge, tuple(venues), tuple(parts))


def _parts(leg: Leg, offers: Sequence[VenueOffer]) -> list[VenuePart]:
    """One short, split over as many of the offers as can each take an equal part."""
    for many in range(len(offers), 0, -1):
        made = [_part(leg, offer, leg.target / many) for offer in offers[:many]]
        if all(
            part.count and part.notional >= offer.least for part, offer in zip(made, offers, strict=False)
        ):
            return made
    return []


def _part(leg: Leg, offer: VenueOffer, usd: Decimal) -> VenuePart:
    contract, quote = offer.contract, offer.quote
    wanted = usd / contract.value(quote.mark)
    count = (wanted / contract.lot).to_integral_value(ROUND_HALF_EVEN) * contract.lot
    most = MarginRules.of(contract).bracket(usd, quote.mark / contract.scale).max_leverage
    return VenuePart(leg, contract, quote, count, wanted, min(leg.leverage, most))
