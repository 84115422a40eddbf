"""What a row of a catalogue says: one product of an exchange, and what is assumed about all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.domain.contract import Bracket
from core.venues.catalogue.expiry import Cycle

MONTHS = "FGHJKMNQUVXZ"
"""The letter that stands for each month of a contract, January first."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product; each of its expiries is a contract.

    code: the exchange's own. asset: canonical ticker. multiplier: coins a contract. tick: price step in
    quoted units, which are for `scale` coins. fee: USD a contract and side that the exchange charges, None
    where none was found. sources: addresses of the pages that say so, at least one.
    """

    code: str
    asset: str
    multiplier: Decimal
    tick: Decimal
    cycle: Cycle
    sources: tuple[str, ...]
    fee: Decimal | None = None
    scale: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products of one exchange as its pages described them on `as_of`, and what is assumed beside that.

    broker_fee: USD a contract and side, on top of a product's fee. rate: all fees of a product whose own is
    not known, a decimal of notional. margins: brackets by asset, `other_margin` those of every other asset.
    contract_form: how the exchange makes a contract's name, from its product's `code`, its last `day`
    (`24DEC26`), or the `letter` of its month and the last `digit` of its year.
    broker_source, margin_source: addresses of what the assumptions are taken from.
    """

    id: str
    name: str
    as_of: date
    products: tuple[Product, ...]
    rate: Decimal
    margins: Mapping[str, tuple[Bracket, ...]]
    other_margin: tuple[Bracket, ...]
    margin_source: str
    broker_fee: Decimal
    broker_source: str
    contract_form: str

    def brackets(self, asset: str) -> tuple[Bracket, ...]:
        """What is assumed of the margin for a contract on `asset`."""
        return self.margins.get(asset, self.other_margin)

    def contract_name(self, product: Product, expiry: datetime) -> str:
        """What the exchange calls the product's contract that ends then: `MBTZ6`, `BIT-27NOV26-CDE`."""
        return self.contract_form.format(
            code=product.code,
            day=f"{expiry:%d%b%y}".upper(),
            letter=MONTHS[expiry.month - 1],
            digit=expiry.year % 10,
        )
