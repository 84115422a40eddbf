"""The account at a venue that a plan is to be backed by: which rules it follows and what lies in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from core.domain.capital.collateral import Collateral
from core.domain.capital.mode import MARGIN_MODES, POOLED, TAKES_COINS, MarginMode
from core.domain.coins.asset import STABLECOINS
from core.domain.errors import NoData
from core.domain.snapshot import Snapshot
from core.hedge.leg import Leg, Offer
from core.hedge.study import Study
from core.hedge.unclear import NoCoinsThere, OthersBackIt
from core.hedge.unmet import CoinsDoNotCount, NoSuchMode
from core.margin import MarginRules
from core.margin.pooled.pool import Pool, PooledShort
from core.margin.pooled.ratios import counted_now
from core.margin.pooled.terms import VenueTerms, terms_of
from core.measure.beta import Floats

SETTLES = frozenset({"USDT", "USD", "USDC"})
"""The dollar coins in which shorts are settled: the one of a venue's contracts counts in full there."""
WANTED: Mapping[MarginMode, str] = {
    "isolated": "isolated margin",
    "cross": "cross margin",
    "coins": "account in which coins are margin",
    "portfolio": "portfolio margin whose rules are published well enough",
    "inverse": "coin-margined contracts",
}
"""What each mode is called where a venue lacks it."""


@dataclass(frozen=True, slots=True)
class SharedAccount:
    """An account in which all shorts share what backs them."""

    mode: MarginMode
    """Its mode."""
    dollars: Decimal
    """USD of dollar coins that lie in it, as they count."""
    coins: Mapping[str, Decimal]
    """Other coins in it that were measured, by asset."""
    prices: Mapping[str, Decimal]
    """USD per coin of everything in it and of what may be shorted."""
    worth: Decimal
    """USD of all that lies in it, also of what does not count."""
    idle: Mapping[str, Decimal]
    """USD of coins in it that do not count."""
    aside: tuple[str, ...]
    """Coins in it that would count, but are none that the hedge is about: left out, to be careful."""
    terms: VenueTerms
    """The venue's rules."""
    collateral: Collateral
    """What the venue takes as margin."""

    def pool(self, shorts: Iterable[PooledShort], cash: Decimal) -> Pool:
        """The account with these shorts and so much cash."""
        held = tuple(shorts)
        named = {*self.coins, *(short.asset for short in held)}
        prices = {asset: price for asset, price in self.prices.items() if asset in named}
        return Pool(self.mode, cash, self.coins, held, prices, self.terms, self.collateral)


def account_at(
    snapshot: Snapshot,
    mode: MarginMode,
    lying: Mapping[str, Decimal],
    measured: Study,
    offered: Mapping[str, Offer],
    now: datetime,
) -> SharedAccount:
    """The user's account at the venue. lying: the coins that lie there, by asset.

    Raises CannotHedge where the venue has no such account or takes none of the coins, and BadInput where
    coins are to be margin and none is known to lie there.
    """
    terms = _terms(snapshot, mode)
    collateral = counted_now(snapshot, now)
    settles = {offer.contract.settle for offer in offered.values()} & SETTLES
    takes = mode in TAKES_COINS
    if takes and not any(asset not in STABLECOINS for asset in lying):
        raise NoCoinsThere(snapshot.venue)
    dollars = worth = Decimal(0)
    coins, idle, prices = {}, {}, {}
    aside = []
    for asset, quantity in lying.items():
        try:
            price = snapshot.price(asset, now)
        except NoData:
            continue  # what has no price backs nothing, and its worth cannot be told
        worth += quantity * price
        if asset in STABLECOINS:
            counts = collateral.counts(asset, quantity, price) if takes else Decimal(0)
            dollars += quantity if asset in settles else counts
        elif takes and collateral.takes(asset):
            if asset in measured.sample.assets:
                coins[asset], prices[asset] = quantity, price
            else:
                aside.append(asset)
        else:
            idle[asset] = quantity * price
    if takes and aside and not coins:
        raise OthersBackIt(snapshot.venue, " and ".join(aside))
    if takes and not coins:
        raise CoinsDoNotCount(snapshot.venue, ", ".join(idle) or ", ".join(lying))
    shorted = {asset: offer.price / offer.contract.scale for asset, offer in offered.items()}
    # What is held there and shorted is priced as what is shorted: one price moves both.
    return SharedAccount(
        mode, dollars, coins, {**prices, **shorted}, worth, idle, tuple(aside), terms, collateral
    )


def _terms(snapshot: Snapshot, mode: MarginMode) -> VenueTerms:
    terms = terms_of(snapshot.venue)
    brokered = any(contract.brokered for contract in snapshot.contracts.values())
    known = () if brokered else pooled_modes(terms)
    if mode not in known:
        raise NoSuchMode(snapshot.venue, WANTED[mode], known)
    return terms


def pooled_modes(terms: VenueTerms) -> tuple[MarginMode, ...]:
    """The pooled modes of a venue whose rules are known well enough for a figure, the plainest first."""
    unknown = "portfolio" if terms.portfolio is None else ""
    return tuple(each for each in MARGIN_MODES if each in POOLED and each in terms.modes and each != unknown)


def pooled_short(leg: Leg, fee: Decimal) -> PooledShort:
    """The leg as a short of a pool, opened at today's price. fee: of buying back, a decimal."""
    contract = leg.contract
    size = leg.notional if contract.inverse else leg.quantity
    return PooledShort(
        leg.asset, size, leg.price / contract.scale, MarginRules.of(contract), fee, leg.leverage
    )


def offered_short(asset: str, offer: Offer, fee: Decimal) -> PooledShort:
    """A short of no size in what is offered, to be given one."""
    contract = offer.contract
    price = offer.price / contract.scale
    return PooledShort(asset, Decimal(0), price, MarginRules.of(contract), fee)


def covariance_of(measured: Study, assets: Sequence[str]) -> Floats:
    """The covariance of these assets; one that was not measured swings as `Study.sigmas` has it."""
    columns = measured.columns(assets)
    found = measured.covariance[np.ix_(columns, columns)]
    own = np.sqrt(np.diag(found))
    ratios = np.where(own > 0, measured.sigmas(columns) / np.where(own > 0, own, 1.0), 1.0)
    return np.asarray(found * np.outer(ratios, ratios))
