"""How one contract of an open hedge stands now."""

from dataclasses import dataclass
from decimal import Decimal

from core.domain.contract import Contract
from core.domain.missing import ContractTrouble
from core.domain.quote import Quote
from core.journal.held import Held, decimal, value
from core.journal.relisted import change_of

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LegStanding:
    """One contract of the hedge, open or closed. Amounts are in USD; None means that a figure is not known
    now.

    What counts as liquidated (`lost`) has lost its margin, covers nothing, and has no distance to go.
    """

    held: Held
    """What the journal says of it."""
    contract: Contract | None
    """The contract as listed now; None where its venue is down or does not list it."""
    quote: Quote | None
    """Its prices now; None where the venue is down, has only old prices, or does not list it."""
    unrealised: Decimal | None
    """What the open contracts would make at the mark; 0 where none is open."""
    funding: Decimal | None
    """Funding received so far."""
    liquidation: Decimal | None
    """The price, in quoted units, at which it is liquidated; None if no
    price does that, and where `margin_known` is false.
    """
    health: Decimal | None
    """Margin and unrealised profit over the least that the venue asks for; at 1 it is liquidated."""
    trouble: ContractTrouble | None = None
    """A sentence that says why figures are not known; None where they are."""

    @property
    def asset(self) -> str:
        return self.held.terms.asset

    @property
    def side(self) -> int:
        """1 long, -1 short, 0 closed."""
        return (self.held.count > 0) - (self.held.count < 0)

    @property
    def lost(self) -> bool:
        """Whether it counts as liquidated, until the user says otherwise."""
        return self.held.lost

    @property
    def tradable(self) -> bool:
        """Whether an order in it can be worked out now: its rules, its price and its size are known."""
        return self.contract is not None and self.quote is not None and not self.resized

    @property
    def resized(self) -> bool:
        """Whether the venue now counts contracts of another size, so that the number open is not known."""
        contract = self.contract
        return (
            contract is not None and bool(self.held.count) and change_of(self.held.terms, contract) == "size"
        )

    @property
    def realised(self) -> Decimal:
        """What the closed contracts made by their price."""
        return decimal(self.held.realised)

    @property
    def margin_known(self) -> bool:
        """Whether a liquidation price can be worked out: that takes a margin and the venue's brackets."""
        return self.held.margin is not None and self.contract is not None

    @property
    def distance(self) -> Decimal | None:
        """The move from the mark that liquidates, a decimal: above 0 a rise. None where there is none."""
        if self.liquidation is None or self.quote is None or self.lost:
            return None
        return self.liquidation / self.quote.mark - 1

    @property
    def shorted(self) -> Decimal | None:
        """USD short at the mark (below zero: long); None without a mark."""
        if not self.held.count or self.lost:
            return _ZERO
        if self.quote is None:
            return None
        return -decimal(value(self.held.terms, self.held.count, self.quote.mark))

    @property
    def total(self) -> Decimal | None:
        """What it made so far by prices, by funding where that is known, and less fees; None without a
        mark.
        """
        if self.unrealised is None:
            return None
        return self.realised + self.unrealised + (self.funding or _ZERO) - decimal(self.held.fees)
