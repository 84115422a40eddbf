"""What one venue does differently, as data. The adapter in `core.exchange.market` is one for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.contract import Bracket


@dataclass(frozen=True, slots=True)
class Venue:
    """One exchange.

    id: its ccxt id. name: what people call it.
    funding_hours: between two settlements of a perpetual that the venue lists no own interval for.
    taker_fee, maker_fee: decimals of notional, for a contract that is published without them.
    candles: most daily candles that one request gives. settlements: most past fundings that one gives.
    assumed: brackets taken for an asset's perpetuals because the venue shows its own only to a key.
    assumed_dated: the same for its dated futures. assumed_other: for every contract in neither.
    """

    id: str
    name: str
    funding_hours: int
    taker_fee: Decimal
    maker_fee: Decimal
    candles: int
    assumed_other: tuple[Bracket, ...]
    settlements: int = 100
    assumed: Mapping[str, tuple[Bracket, ...]] = field(default_factory=dict)
    assumed_dated: Mapping[str, tuple[Bracket, ...]] = field(default_factory=dict)

    def brackets(self, asset: str, *, perpetual: bool) -> tuple[Bracket, ...]:
        """The brackets assumed for a contract on `asset`."""
        table = self.assumed if perpetual else self.assumed_dated
        return table.get(asset, self.assumed_other)
