"""What a venue asks to be left of an open position, and the price at which less is left, by its own rules.

Venues differ in three things. Most work out maintenance margin at the price of the moment, but Bybit keeps
that of an isolated position as it was at the entry. OKX and Gate also ask for the fee of the closing order.
And brackets of coin-margined contracts may be counted in the coin.
"""

from dataclasses import dataclass
from decimal import Decimal

from core.domain.contract import Bracket, Contract
from core.margin.brackets import bracket_at, maintenance
from core.margin.liquidation import (
    NO_FEE,
    liquidation_frozen_inverse,
    liquidation_frozen_linear,
    liquidation_inverse,
    liquidation_linear,
)


@dataclass(frozen=True, slots=True)
class MarginRules:
    """How one contract is liquidated."""

    brackets: tuple[Bracket, ...]
    """The tiers of maintenance margin; floors and amounts are in USD, or in coins."""
    inverse: bool = False
    """Whether it is margined in the coin."""
    frozen: bool = False
    """Whether maintenance margin stays what it was at the entry."""
    fee: Decimal = NO_FEE
    """What must be left for the closing order, a decimal of the notional; 0 where the venue asks for none."""
    in_coins: bool = False
    """Whether the brackets of an inverse contract are counted in coins."""

    @classmethod
    def of(cls, contract: Contract) -> "MarginRules":
        """The rules of a listed contract."""
        fee = contract.taker_fee if contract.closing_fee else NO_FEE
        return cls(
            contract.brackets, contract.inverse, contract.frozen_margin, fee, contract.brackets_in_coins
        )

    def bracket(self, notional: Decimal, price: Decimal) -> Bracket:
        """The bracket of a position of this USD notional. price: USD per coin."""
        return bracket_at(self.brackets, notional / price if self.in_coins else notional)

    def maintenance(self, notional: Decimal, price: Decimal) -> Decimal:
        """USD of maintenance margin for this USD notional, worked out at this price (USD per coin)."""
        if self.in_coins:
            return maintenance(self.brackets, notional / price) * price
        return maintenance(self.brackets, notional)

    def needed(self, units: Decimal, entry: Decimal, price: Decimal) -> Decimal:
        """USD that must be left of a position at `price`; with no more it is liquidated.

        units: of a linear contract, its worth at a quoted price of 1; of an inverse one, its USD. entry,
        price: in quoted units. What an inverse contract keeps from its entry is coins, which are worth
        `price` now.
        """
        notional = units if self.inverse else units * price
        if not self.frozen:
            return self.maintenance(notional, price) + self.fee * notional
        kept = self.maintenance(units if self.inverse else units * entry, entry)
        return (kept * price / entry if self.inverse else kept) + self.fee * notional

    def liquidation(self, side: int, units: Decimal, entry: Decimal, margin: Decimal) -> Decimal | None:
        """The quoted price at which an isolated position is liquidated; None if no price does it.

        side: +1 long, -1 short. units: as in `needed`. margin: USD at the entry. Raises CannotHedge where the
        position is past liquidation at any price.
        """
        if not self.frozen and self.inverse:
            return liquidation_inverse(
                side, units, entry, margin / entry, self.brackets, self.fee, tiers_in_coins=self.in_coins
            )
        if not self.frozen:
            return liquidation_linear(side, units, entry, margin, self.brackets, self.fee)
        kept = self.maintenance(units if self.inverse else units * entry, entry)
        if self.inverse:
            return liquidation_frozen_inverse(side, units, entry, margin / entry, kept / entry)
        return liquidation_frozen_linear(side, units, entry, margin, kept)

    def to_survive(self, notional: Decimal, rise: Decimal, price: Decimal, fee: Decimal = NO_FEE) -> Decimal:
        """USD of margin with which a short of this USD notional, opened now, survives the rise (a decimal).

        price: USD per coin now. fee: the least share of the notional that is left for the closing order. With
        MM the maintenance margin up there, linear: `N * d + MM + fee * N * (1 + d)`; inverse: `N - (N - MM -
        fee * N) / (1 + d)`, because its margin rises with the coin.
        """
        fee = max(fee, self.fee)
        if self.inverse:
            kept = self.maintenance(notional, price if self.frozen else price * (1 + rise))
            if self.frozen:  # its coins are worth more up there
                kept *= 1 + rise
            return notional - (notional * (1 - fee) - kept) / (1 + rise)
        up = notional * (1 + rise)
        kept = self.maintenance(notional if self.frozen else up, price * (1 + rise))
        return notional * rise + kept + fee * up
