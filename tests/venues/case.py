"""What a venue's served answers stand for: the figures that our adapter must make of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from core.domain.contract import Condition
from core.domain.quote import Stage

Answers = Callable[[], dict[str, object]]
Origin = Literal["shape only", "documented", "recorded"]
"""Where the shape of the answers is from: ccxt's parser alone, the venue's documentation, or recordings."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One contract as it must be read.

    multiplier: coins a contract, of an inverse one USD. scale: coins that the quoted price is for.
    lot, min_count: in contracts. min_notional: USD. tick: in quoted units.
    interval_hours: between two settlements, None for a dated future.
    first: maintenance rate and most leverage of the first bracket. higher: the floor in USD of any later
    bracket, at the mark of the world. Both None where the brackets are assumed.
    asset: canonical ticker, empty where it is the part of the symbol before the slash.
    """

    multiplier: str
    lot: str
    tick: str
    min_count: str = ""
    min_notional: str = "0"
    scale: str = "1"
    settle: str = "USDT"
    interval_hours: int | None = 8
    first: tuple[str, str] | None = None
    higher: str | None = None
    asset: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One venue as the contract suite runs over it.

    venue: its id in EXCHANGES. answers: what it serves, by path, telling `tests.venues.world`.
    origin: where their shape is from. evidence: that in a few words, with an address where there is one.
    contracts: all that must be listed and trade, by unified symbol, and nothing else.
    dated, inverse: those of `contracts` that are. unlisted: served, but not to be listed, and why.
    leaving: served without a price, and listed in this condition, so that what is open in it is known.
    refused: served and to be refused, by a piece of the sentence that says so, and why.
    absent: what the venue does not give to anyone without a key, and why: `index`, `bid`, `interval`,
    `next`, `marks`, `brackets`, `history`, `closes`, `candles`, `spot`, `time`, `dated`, `inverse`.
    stages: how near it says that it is to closing positions in profit, by symbol; empty where it never says.
    histories: of which assets past prices are served, all of the world's where empty.
    quiet: paths that are served, but that no figure of ours needs.
    """

    venue: str
    answers: Answers
    origin: Origin
    evidence: str
    contracts: Mapping[str, Rules]
    dated: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()
    unlisted: Mapping[str, str] = field(default_factory=dict)
    leaving: Mapping[str, Condition] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, Stage] = field(default_factory=dict)
    histories: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()

    def figures(self, symbol: str) -> tuple[str, Decimal]:
        """The asset of a contract and what its quoted price is a price of, in coins."""
        rules = self.contracts[symbol]
        return rules.asset or symbol.partition("/")[0], Decimal(rules.scale)
