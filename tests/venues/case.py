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


Says = tuple[tuple[Mapping[str, object], Condition | None], ...]
"""What is changed in a venue's own row of a contract, and what can then be done in it; None: not listed."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One contract as it must be read."""

    multiplier: str
    """Coins a contract, of an inverse one USD."""
    lot: str
    """The step of a count, in contracts."""
    tick: str
    """The step of a price, in quoted units."""
    min_count: str = ""
    """The least order in contracts; empty where it is one lot."""
    min_notional: str = "0"
    """The least order in USD."""
    scale: str = "1"
    """Coins that the quoted price is for."""
    settle: str = "USDT"
    interval_hours: int | None = 8
    """Hours between two settlements, None for a dated future."""
    first: tuple[str, str] | None = None
    """Maintenance rate and most leverage of the first bracket. None where the brackets are assumed."""
    higher: str | None = None
    """The floor in USD of any later bracket, at the mark of the world; None where there is but one."""
    asset: str = ""
    """Canonical ticker, empty where it is the part of the symbol before the slash."""


@dataclass(frozen=True, slots=True)
class Case:
    """One venue as the contract suite runs over it."""

    venue: str
    """Its id in EXCHANGES."""
    answers: Answers
    """What it serves, by path, telling of `tests.venues.world`."""
    origin: Origin
    """Where the shape of the answers is from."""
    evidence: str
    """That in a few words, with an address where there is one."""
    contracts: Mapping[str, Rules]
    """All that must be listed and trade, by unified symbol, and nothing else."""
    says: Says
    """How the venue says what can be done in a contract: each of its words or flags, and what it means."""
    word: str = ""
    """The field of `says` that holds a word, which may become a new one; empty where there are only flags."""
    end: tuple[str, object] | None = None
    """The field in which the venue announces when a perpetual ends, and what it writes there for ENDING of
    the world; None where it announces none.
    """
    dated: tuple[str, ...] = ()
    """Those of `contracts` that expire."""
    inverse: tuple[str, ...] = ()
    """Those of `contracts` that are settled in their coin."""
    unlisted: Mapping[str, str] = field(default_factory=dict)
    """What is served but not to be listed, and why."""
    leaving: Mapping[str, Condition] = field(default_factory=dict)
    """What is served without a price, and listed in this condition, so that what is open in it is known."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """What is served and to be refused, by a piece of the sentence that says so, and why."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """What the venue does not give to anyone without a key, and why: `index`, `bid`, `interval`, `next`,
    `marks`, `brackets`, `history`, `closes`, `candles`, `spot`, `time`, `dated`, `inverse`.
    """
    stages: Mapping[str, Stage] = field(default_factory=dict)
    """How near the venue says that it is to closing positions in profit, by symbol;
    empty where it never says.
    """
    histories: tuple[str, ...] = ()
    """The assets of which past prices are served; all of the world's where empty."""
    quiet: tuple[str, ...] = ()
    """Paths that are served, but that no figure of ours needs."""

    def figures(self, symbol: str) -> tuple[str, Decimal]:
        """The asset of a contract and what its quoted price is a price of, in coins."""
        rules = self.contracts[symbol]
        return rules.asset or symbol.partition("/")[0], Decimal(rules.scale)
