"""The hedge whose shorts share an account: as much of it as the cash and the coins there back."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from core.hedge.afford.account import WANTED, SharedAccount
from core.hedge.afford.pooled import Pooled, worths_of
from core.hedge.afford.purse import best_part, best_within
from core.hedge.afford.ways import Way, ways_of
from core.hedge.hedge import Hedge, Means
from core.hedge.plan import Ground, hedge_of, rounding_lost, sized_on
from core.hedge.size import Sized
from core.hedge.unmet import TooLittleForMode
from core.hedge.wish import Wish

PARTS = (Decimal(0), Decimal("0.25"), Decimal("0.5"))
"""Parts of the cash of the whole hedge whose effect is told beside the user's own."""


def pooled_within(known: Ground, wish: Wish, account: SharedAccount) -> Hedge:
    """The hedge that answers the wish and is backed by this account.

    Without a limit of cash it is the whole hedge, with the cash that it takes beside the coins. Raises
    TooLittleCash, with the least that would do, where the cash and the coins back no order, TooLittleForMode
    where the venue asks for more equity, and what
    `core.hedge.plan.plan` raises.
    """
    # Contracts are sized as for any hedge; what a leverage of the user's own would do to an isolated short is
    # no matter here.
    free = replace(wish, leverage=None)
    whole, purse = sized_on(known, free), Pooled(known, wish, account, wish.cash)
    ways = ways_of(known, free, whole)
    needed = purse.takes(whole)
    cash = needed if wish.cash is None else wish.cash
    _check_worth(known, account, cash)
    if cash >= needed:
        way, sized = ways[0], whole
    else:
        part = best_part(ways, purse, cash, known.snapshot.venue)
        way, sized = part.way, part.sized
    odds = purse.odds(worths_of(sized.legs), float(cash))
    sized = replace(sized, legs=purse.legs(sized, cash, odds))
    found = hedge_of(known, way.wish, sized, way.then)
    return replace(
        found,
        wish=wish,
        means=_means(purse, ways, whole, needed),
        backed=purse.backed(sized, sized.legs, cash, odds),
    )


def _check_worth(known: Ground, account: SharedAccount, cash: Decimal) -> None:
    """Raise TooLittleForMode where the venue asks for more equity than there would be."""
    least, worth = (
        account.terms.least.get(account.mode),
        account.worth + max(cash - account.dollars, Decimal(0)),
    )
    if least is not None and worth < least:
        raise TooLittleForMode(known.snapshot.venue, WANTED[account.mode], least, worth)


def _means(purse: Pooled, ways: Sequence[Way], whole: Sized, needed: Decimal) -> tuple[Means, ...]:
    """What parts of the cash of the whole hedge would do, the least first."""
    found = []
    for cash in dict.fromkeys(needed * part for part in PARTS) if needed else ():
        part = best_within(ways, purse.holding(cash))
        if part is not None:
            odds = purse.odds(worths_of(part.sized.legs), float(cash)).probability
            found.append(Means(cash, _removed(part.way, part.sized), odds))
    odds = purse.odds(worths_of(whole.legs), float(needed)).probability
    return (*found, Means(needed, _removed(ways[0], whole), odds))


def _removed(way: Way, sized: Sized) -> float:
    """The share of variance that whole contracts of a way should remove."""
    return way.removal.at(float(sized.coverage)) - rounding_lost(way.known.measured, sized)
