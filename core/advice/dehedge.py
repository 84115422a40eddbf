"""The ladder after a move: keep the hedge, halve it, or close it, with what each locks in and leaves open.

A further move is worked out as everywhere else: the benchmark moves, every coin follows by its beta, and the
shorts move with their coins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from core.advice.unwind import Unwound, unwound
from core.journal.episode import Episode
from core.journal.fill import Fill
from core.journal.held import decimal
from core.journal.journal import live
from core.measure.exposure import Exposure
from core.outcome.course import spot_of
from core.outcome.leg_standing import LegStanding
from core.outcome.standing import Standing

RUNGS: Mapping[str, Fraction] = {"keep": Fraction(0), "half": Fraction(1, 2), "close": Fraction(1)}
"""How much of the hedge is closed, by the name of the rung."""
QUARTERS: Mapping[str, Fraction] = {
    "keep": Fraction(0),
    "25%": Fraction(1, 4),
    "half": Fraction(1, 2),
    "75%": Fraction(3, 4),
    "close": Fraction(1),
}
"""The same in smaller steps."""
FINEST_PART = 100
"""A part that is worked out is a whole number of hundredths."""
LEAST_MOVE = Decimal("0.05")
"""The move that is worked out is at least this large: a tiny one would tell nothing."""
SOON = timedelta(hours=1)
"""A price known so shortly after the beginning stands for the beginning."""
_ZERO = Decimal(0)

Moves = Mapping[str, Decimal]
"""The move of each asset, a decimal."""


@dataclass(frozen=True, slots=True)
class Since:
    """How far a coin has moved since the hedge began."""

    asset: str
    """The canonical ticker."""
    move: Decimal | None
    """The move, a decimal; None where the price at the beginning is not known."""

    @property
    def size(self) -> Decimal:
        """How far it may move next, up or down; a decimal."""
        return max(abs(self.move or _ZERO), LEAST_MOVE)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the rungs are compared on."""

    legs: Sequence[LegStanding]
    """Open positions that can be traded now."""
    exposure: Exposure
    """What the coins are worth."""
    full: Decimal | None
    """USD short that would hedge everything; None where an open position is not among the legs."""
    up: Moves
    """The move of each asset if the benchmark rises."""
    down: Moves
    """The move of each asset if the benchmark falls."""


@dataclass(frozen=True, slots=True)
class DehedgeRung:
    """One way to go on. Amounts are in USD."""

    name: str
    """Its name in RUNGS."""
    closed: tuple[Unwound, ...]
    """What is bought back now."""
    locked: Decimal
    """What that makes for good, after costs."""
    left: Decimal
    """What is short afterwards."""
    coverage: Decimal | None
    """The share of the exposure that is hedged afterwards; None where it is not known."""
    up: Decimal
    """What coins and shorts make together if the benchmark then rises by `Since.size`."""
    down: Decimal
    """The same if it falls by that much."""
    liquidated: tuple[str, ...]
    """Coins whose short would be liquidated on the way up."""


def since_began(episode: Episode, candidates: Sequence[str], prices: Mapping[str, Decimal]) -> Since:
    """How far the first of the candidates has moved whose price is known then and now.

    prices: USD per coin now. Where no candidate has both prices, it is the last one, without a move.
    """
    known = {step.asset: step.price for step in episode.steps if step.at == episode.began and step.price}
    for what in live(episode.entries):
        if isinstance(what, Fill) and what.at - episode.began <= SOON and (price := spot_of(what)):
            known.setdefault(what.terms.asset, decimal(price))
    both = (asset for asset in candidates if asset in known and asset in prices)
    moves = (Since(asset, prices[asset] / known[asset] - 1) for asset in both)
    return next(moves, Since(candidates[-1], None))


def locked_in(standing: Standing) -> Decimal:
    """USD that no price takes back: what closed contracts made, and funding as far as known, less fees."""
    return sum(
        (leg.realised + (leg.funding or _ZERO) - decimal(leg.held.fees) for leg in standing.legs), _ZERO
    )


def dehedge_ladder(
    outlook: Outlook, own_fee: Decimal | None, parts: Mapping[str, Fraction] = RUNGS
) -> tuple[DehedgeRung, ...]:
    """A rung for each of the parts by name. own_fee: the user's own taker fee; None takes the contract's."""
    return tuple(dehedge_rung(name, part, outlook, own_fee) for name, part in parts.items())


def part_to_close(outlook: Outlook, most_lost: Decimal, own_fee: Decimal | None) -> Fraction | None:
    """The largest part of the hedge that can be closed so that a further fall costs no more than `most_lost`
    USD, in whole hundredths; None where that fall costs more even with all of the hedge.
    """
    enough = (
        part
        for hundredths in range(FINEST_PART, -1, -1)
        if dehedge_rung("", part := Fraction(hundredths, FINEST_PART), outlook, own_fee).down >= -most_lost
    )
    return next(enough, None)


def dehedge_rung(name: str, part: Fraction, outlook: Outlook, own_fee: Decimal | None) -> DehedgeRung:
    """What closing a part of every position does. name: as in `DehedgeRung`; own_fee: as in the ladder."""
    closed = unwound(outlook.legs, part, own_fee) if part else ()
    after = {one.contract: one.shorted for one in closed}
    left = [(leg, after.get(leg.contract, leg.shorted)) for leg in outlook.legs if leg.contract]
    shorts = [(leg, short or _ZERO) for leg, short in left]
    total = sum((short for _, short in shorts), _ZERO)
    return DehedgeRung(
        name,
        closed,
        locked=sum((one.gain - one.cost for one in closed), _ZERO),
        left=total,
        coverage=total / outlook.full if outlook.full else None,
        up=_made(outlook.exposure, shorts, outlook.up),
        down=_made(outlook.exposure, shorts, outlook.down),
        liquidated=tuple(
            dict.fromkeys(leg.asset for leg, short in shorts if short and _reached(leg, outlook.up))
        ),
    )


def _made(exposure: Exposure, shorts: Iterable[tuple[LegStanding, Decimal]], moves: Moves) -> Decimal:
    """USD that the coins and what is left of the shorts make together."""
    coins = sum((coin.value * moves[coin.asset] for coin in exposure.moving), _ZERO)
    return coins + sum((_short_made(leg, short, moves) for leg, short in shorts), _ZERO)


def _short_made(leg: LegStanding, short: Decimal, moves: Moves) -> Decimal:
    """USD that `short` of a position makes. Where it is liquidated, its part of margin and gain is lost."""
    if not short or not leg.shorted or not _reached(leg, moves) or leg.held.margin is None:
        return -short * moves[leg.asset]
    return -(decimal(leg.held.margin) + (leg.unrealised or _ZERO)) * short / leg.shorted


def _reached(leg: LegStanding, moves: Moves) -> bool:
    """Whether the move liquidates the short."""
    return leg.side < 0 and leg.distance is not None and moves[leg.asset] >= leg.distance
