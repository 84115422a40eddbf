"""What the same shorts would take where they shared an account, told beside a margin for each."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from core.domain.capital.mode import TAKES_COINS, MarginMode
from core.domain.coins.asset import STABLECOINS
from core.domain.errors import BadInput, CannotHedge
from core.domain.snapshot import Snapshot
from core.hedge.afford.account import account_at, pooled_modes
from core.hedge.afford.pooled import Pooled, worths_of
from core.hedge.hedge import Hedge
from core.hedge.leg import Offer
from core.hedge.plan import Ground
from core.margin.pooled.terms import terms_of


def cash_instead(
    hedge: Hedge, snapshot: Snapshot, lying: Mapping[str, Decimal], now: datetime
) -> dict[MarginMode, Decimal]:
    """USD of cash that the legs would take in each pooled mode of the venue, the plainest first.

    lying: the coins that lie at the venue; those modes that take coins are left out where none lies there.
    Nothing for shorts that share an account already, for coin-margined ones, and at brokers.
    """
    brokered = any(leg.contract.brokered for leg in hedge.legs)
    if hedge.backed is not None or hedge.wish.inverse or brokered:
        return {}
    offered = {leg.asset: Offer(leg.contract, leg.price, leg.funding) for leg in hedge.legs}
    known = Ground(snapshot, hedge.study, offered, {}, hedge.frontier, (), ())
    coins = any(asset not in STABLECOINS for asset in lying)
    found: dict[MarginMode, Decimal] = {}
    for mode in pooled_modes(terms_of(snapshot.venue)):
        if mode == "portfolio" or (mode in TAKES_COINS and not coins):
            continue
        try:
            account = account_at(snapshot, mode, lying, hedge.study, offered, now)
        except (BadInput, CannotHedge):
            continue
        cash = Pooled(known, hedge.wish, account, None).needs(worths_of(hedge.legs))
        least = account.terms.least.get(mode, Decimal(0))
        if account.worth + max(cash - account.dollars, Decimal(0)) >= least:
            found[mode] = cash
    return found
