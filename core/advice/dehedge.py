"""The ladder after a move: keep the hedge, halve it, or close it; what each locks in and leaves open.

What a further move does is worked out as everywhere: the benchmark moves, every coin follows by its beta, the
shorts with their coins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from core.advice.unwind import Unwound, unwound
from core.journal.episode import Episode
from core.journal.fill import Fill
from core.journal.journal import decimal, live
from core.measure.exposure import Exposure
from core.outcome.course import spot_of
from core.outcome.standing import LegStanding, Standing

RUNGS: Mapping[str, Fraction] = {"keep": Fraction(0), "half": Fraction(1, 2), "close": Fraction(1)}
"""How much of the hedge is closed, by the name of the rung."""
LEAST_MOVE = Decimal("0.05")
"""The move worked out is no smaller: a tiny one would tell nothing."""
SOON = timedelta(hours=1)
"""A price so shortly after the beginning stands for it."""
_ZERO = Decimal(0)

Moves = Mapping[str, Decimal]
"""By asset, decimals."""


@dataclass(frozen=True, slots=True)
class Since:
    """How far a coin has moved since the hedge began, a decimal; None where its price then is not known."""

    asset: str
    move: Decimal | None

    @property
    def size(self) -> Decimal:
        """How far it may move next, up or down."""
        return max(abs(self.move or _ZERO), LEAST_MOVE)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the rungs are compared on. legs: open positions that can be traded now.

    full: USD short that would hedge everything, None where not all that is open is among the legs. up, down:
    moves of each asset if the benchmark rises or falls.
    """

    legs: Sequence[LegStanding]
    exposure: Exposure
    full: Decimal | None
    up: Moves
    down: Moves


@dataclass(frozen=True, slots=True)
class DehedgeRung:
    """One way on. closed: what is bought back now. locked: USD that this makes for good, costs taken off.

    left: USD short afterwards. coverage: share of the exposure hedged then, None where it is not known. up,
    down: USD that coins and shorts make together if the benchmark then moves by `Since.size`; in `liquidated`
    are the coins whose short would not live to see it rise.
    """

    name: str
    closed: tuple[Unwound, ...]
    locked: Decimal
    left: Decimal
    coverage: Decimal | None
    up: Decimal
    down: Decimal
    liquidated: tuple[str, ...]


def since_began(episode: Episode, candidates: Sequence[str], prices: Mapping[str, Decimal]) -> Since:
    """The first of the candidates whose price is known then and now, else the last without a move.

    prices: USD per coin now.
    """
    known = {step.asset: step.price for step in episode.steps if step.at == episode.began and step.price}
    for what in live(episode.entries):
        if isinstance(what, Fill) and what.at - episode.began <= SOON and (price := spot_of(what)):
            known.setdefault(what.terms.asset, decimal(price))
    both = (asset for asset in candidates if asset in known and asset in prices)
    moves = (Since(asset, prices[asset] / known[asset] - 1) for asset in both)
    return next(moves, Since(candidates[-1], None))


def locked_in(standing: Standing) -> Decimal:
    """USD that no price takes back: of closed contracts, funding as far as known, less fees."""
    return sum(
        (leg.realised + (leg.funding or _ZERO) - decimal(leg.held.fees) for leg in standing.legs), _ZERO
    )


def dehedge_ladder(outlook: Outlook, own_fee: Decimal | None) -> tuple[DehedgeRung, ...]:
    """A rung for each of RUNGS. own_fee: the user's own taker fee."""
    return tuple(_rung(name, part, outlook, own_fee) for name, part in RUNGS.items())


def _rung(name: str, part: Fraction, outlook: Outlook, own_fee: Decimal | None) -> DehedgeRung:
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
    """USD that the coins and what is left of the shorts make."""
    coins = sum((coin.value * moves[coin.asset] for coin in exposure.moving), _ZERO)
    return coins + sum((_short_made(leg, short, moves) for leg, short in shorts), _ZERO)


def _short_made(leg: LegStanding, short: Decimal, moves: Moves) -> Decimal:
    """USD that `short` of a position makes; where it is liquidated, all of its margin and gain is lost."""
    if not short or not leg.shorted or not _reached(leg, moves) or leg.held.margin is None:
        return -short * moves[leg.asset]
    return -(decimal(leg.held.margin) + (leg.unrealised or _ZERO)) * short / leg.shorted


def _reached(leg: LegStanding, moves: Moves) -> bool:
    """Whether the move liquidates the short."""
    return leg.side < 0 and leg.distance is not None and moves[leg.asset] >= leg.distance
