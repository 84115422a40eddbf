"""Auto-deleveraging: the order in which a venue closes shorts in profit when liquidations cost too much.

A venue that cannot close bankrupt positions in the market takes the other side's: those in profit, the
highest score first. The score of a position is worked out here by the formula that each venue publishes, from
one's own figures. It has no scale, because nobody knows the others' scores: a higher one is nearer the front.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.domain.quote import Stage

NOTHING, ONE = Decimal(0), Decimal(1)

SIGNALLED = frozenset({"binanceusdm", "bybit", "gate", "simulated"})
"""The venues that say to everybody how near they are to closing positions in profit."""


@dataclass(frozen=True, slots=True)
class Profiting:
    """What the score of one position rests on."""

    gain: Decimal
    """USD of unrealised profit; below zero a loss."""
    notional: Decimal
    """USD that it is worth now."""
    entered: Decimal
    """USD that it was worth at its entry."""
    account: Decimal
    """USD of the wallet and all unrealised profit behind it."""
    maintenance: Decimal
    """USD of the account's maintenance margin."""
    bankrupt: Decimal | None = None
    """USD that it is worth at its bankruptcy price; None where that is not known."""


def made(side: int, entry: Decimal, mark: Decimal) -> Decimal:
    """Profit over the worth at entry: side * (mark - entry) / |entry|; side +1 long, -1 short."""
    return side * (mark - entry) / abs(entry)


def _binance(seen: Profiting) -> Decimal:
    # R = gain over the notional of now, L = notional over the account's wallet and gains
    made_of, lever = seen.gain / seen.notional, seen.notional / seen.account
    return made_of * lever if made_of >= 0 else made_of / lever


def _okx(seen: Profiting) -> Decimal:
    return seen.gain / seen.entered * (seen.notional / seen.account)


def _bitget(seen: Profiting) -> Decimal:
    gained, rate = seen.gain / seen.entered, seen.maintenance / seen.account
    return gained * rate if gained >= 0 else gained / rate


def _mexc(seen: Profiting) -> Decimal:
    away = abs(seen.notional - (seen.bankrupt or NOTHING))
    return seen.gain / seen.entered * seen.notional / away if away else NOTHING


def _hyperliquid(seen: Profiting) -> Decimal:
    # as decompiled; the documented (mark / entry) * lever falls when a short gains and cannot be meant
    return seen.notional / seen.account * max(seen.gain, NOTHING) / seen.entered


SCORES: Mapping[str, Callable[[Profiting], Decimal]] = {
    "binanceusdm": _binance,
    "okx": _okx,
    "bitget": _bitget,
    "mexc": _mexc,
    "hyperliquid": _hyperliquid,
}
"""The venues whose formula is known; Bybit, Gate, Kraken, BingX and WEEX publish none that can be used."""


def adl_score(venue: str, seen: Profiting) -> Decimal | None:
    """How near the front a position stands by the venue's own formula; None where none is known.

    0 for a position that could not be closed so: nothing in it, or an account worth nothing.
    """
    score = SCORES.get(venue)
    if score is None:
        return None
    if min(seen.notional, seen.entered, seen.account) <= 0:
        return NOTHING
    return score(seen)


@dataclass(frozen=True, slots=True)
class PoolDrawdown:
    """How far an insurance pool has fallen, and whether that begins auto-deleveraging."""

    share: Decimal
    """What one contract's losses took of the pool's peak of eight hours; below zero."""
    begun: bool
    """Whether the venue closes positions now."""
    closed: Decimal
    """USD of losses beyond the limit, which it puts on the other side."""


def pool_drawdown(peak: Decimal, balance: Decimal, loss: Decimal, limit: Decimal) -> PoolDrawdown:
    """Bybit's rule: begun where the pool is empty, or a contract's loss is `limit` of its peak or worse.

    limit: below zero, such as -0.3. bybit-exchange.github.io/docs/v5/market/adl-alert; the text says strictly
    less, its second example is begun at equality.
    """
    share = -loss / peak
    begun = balance <= 0 or share <= limit
    return PoolDrawdown(share, begun, max(loss + limit * peak, NOTHING) if begun else NOTHING)


def pool_stage(balance: Decimal, threshold: Decimal, share: Decimal, limit: Decimal, stop: Decimal) -> Stage:
    """How near Bybit is to closing positions in profit, by what it says of a contract and its pool.

    balance: USD in the pool. threshold: only a pool above it is spared by closing for one contract's losses.
    share: what the contract lost of the pool's peak of eight hours, below zero. limit: the share at which
    closing begins. stop: the one above which it ends; between the two it may go on. Source and equality as at
    `pool_drawdown`.
    """
    if balance <= 0 or (balance > threshold and share <= limit):
        return "now"
    return "near" if share <= stop else "calm"


def fund_low(average: Decimal, balance: Decimal, drop: Decimal) -> bool:
    """OKX's rule of March 2025: begun where the fund is below its average of eight hours less `drop`."""
    return balance <= average * (ONE - drop)
