"""Numbers as a phone shows them, each with its unit."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

from core.domain.contract import Contract
from core.journal.fill import Terms

WHOLE_FROM = Decimal(1000)
"""From this many dollars on cents are left out."""
FAR = 100
"""From this multiple on the exact figure does not matter: the margin is far more than needed."""
_MILLION = Decimal("999999.5")
"""From here on an amount rounds to a million dollars."""
_UNITS = ((12, "T"), (9, "B"), (6, "M"))
ROOM = Context(prec=200)
"""A context with so many digits that any number that can be typed is rounded in it without an error."""


def money(amount: Decimal, *, signed: bool = False) -> str:
    """`$50,000`, `$12.34`, `-$120`; cents up to a thousand dollars."""
    step = Decimal(1) if abs(amount) >= WHOLE_FROM else Decimal("0.01")
    # Rounded before its sign is chosen, so that a loss of a tenth of a cent is not told as -$0.00.
    rounded = amount.quantize(step, ROUND_HALF_EVEN, ROOM)
    sign = "-" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}${rounded.copy_abs():,}"


def flows(amount: Decimal) -> str:
    """`receive $120`, `pay $35`."""
    return f"{'receive' if amount >= 0 else 'pay'} {money(abs(amount))}"


def roughly(amount: Decimal) -> str:
    """A gain or loss at two figures, for the ends of a range, which are known no better: `-$4,100`."""
    if not amount:
        return money(amount)
    return money(
        amount.quantize(Decimal(1).scaleb(amount.adjusted() - 1), ROUND_HALF_EVEN, ROOM), signed=True
    ).removesuffix(".00")


def about(amount: Decimal) -> str:
    """A gain or loss at three figures, without its sign, for a sentence: `$12,100`, `$12.90`, `$157`."""
    size = abs(amount)
    if not size:
        return money(size)
    return money(size.quantize(Decimal(1).scaleb(size.adjusted() - 2), ROUND_HALF_EVEN, ROOM)).removesuffix(
        ".00"
    )


def cents(amount: Decimal) -> str:
    """A gain or loss with its cents, for sums that have to add up: `+$1,204.56`, `-$0.07`."""
    sign = "-" if amount < 0 else "+" if amount > 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def cents_of(share: Decimal) -> str:
    """A share of a dollar, without its sign: `95 cents`."""
    return f"{abs(share) * 100:.0f} cents"


def short_price(amount: Decimal) -> str:
    """A price at five significant figures, for a table: `$98,012`, `$3,412.1`, `$0.012346`."""
    return f"${_plain(_figures(amount, 5))}"


def day(at: datetime, now: datetime) -> str:
    """The UTC day of a moment: `3 Jun`, with its year where that is not this one."""
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def short_money(amount: Decimal) -> str:
    """A gain or loss in at most ten characters, for a table: `-$12,148`, `+$1.235M`, `+$1.2e+17`."""
    sign, size = "-" if amount < 0 else "+", abs(amount)
    if size < _MILLION:
        return money(amount, signed=True)
    if size >= Decimal(10) ** 15:
        return f"{sign}${size:.1e}"
    # The last unit also for what only rounds up to a million.
    power, letter = next((unit for unit in _UNITS if size >= Decimal(10) ** unit[0]), _UNITS[-1])
    return f"{sign}${_plain(_figures(size.scaleb(-power), 4))}{letter}"


def price(amount: Decimal) -> str:
    """A price with its cents kept: `$5,223.88`, `$0.00001234`."""
    if amount >= 1:
        return f"${amount.quantize(Decimal('0.01'), ROUND_HALF_EVEN, ROOM):,}"
    return f"${_plain(_figures(amount, 4))}"


def number(amount: Decimal) -> str:
    """An exact number with thousands grouped: `2,143`, `21.43`; nothing is rounded away."""
    return _plain(amount)


def quantity(amount: Decimal) -> str:
    """Coins at up to 8 significant figures, in a form that can be typed again: `60`, `4.2857143`, `1250.75`.

    Thousands are grouped only from a million on, where two commas cannot be taken for a decimal point:
    `1,975,600,000`.
    """
    text = _plain(_figures(amount, 8))
    return text if abs(amount) >= _MILLION else text.replace(",", "")


def percent(share: float | Decimal, places: int = 0) -> str:
    """A decimal share as percent: `.923` is `92%`."""
    return f"{Decimal(str(share)) * 100:.{places}f}%"


def rise(share: Decimal) -> str:
    """`33%`, and `0.4%` where a whole number would say too little."""
    return percent(share, 0 if share >= Decimal("0.1") else 1)


def chance(probability: float) -> str:
    """A probability in plain words: `4 in 100`, `3 in 1,000`; `none` for zero."""
    if probability == 0:
        return "none"
    # Below this the next form would say 0 in 1,000.
    if probability < 0.0005:
        return "under 1 in 1,000"
    # From here on the form in hundreds says at least 1.
    if probability < 0.0095:
        return f"{probability * 1000:.0f} in 1,000"
    return f"{probability * 100:.0f} in 100" if probability < 0.995 else "over 99 in 100"


def safety(health: Decimal | None) -> str:
    """Margin over the least margin that the venue asks for: `4.2x`, `12x`, and `100x+`
    for anything larger.
    """
    if health is None or health >= FAR:
        return f"{FAR}x+"
    return f"{health:.0f}x" if health >= 10 else f"{health:.1f}x"


NAMED = 3
"""So many coins are named in a sentence; of more only their number is told."""


def coins(only: Sequence[str]) -> str:
    """The coins that a hedge covers: `coins` for all of them, else `SOL`, `ETH and SOL`
    or `5 hedged coins`.
    """
    if len(only) > NAMED:
        return f"{len(only)} hedged coins"
    return " and ".join(filter(None, (", ".join(only[:-1]), *only[-1:]))) or "coins"


def whose_coins(only: Sequence[str]) -> str:
    """Whose gain or loss a figure is: `your coins'`, or `your SOL's` for one coin alone."""
    return f"your {coins(only)}'{'s' if 0 < len(only) <= NAMED else ''}"


def leverage(times: Decimal) -> str:
    return f"{_plain(times)}x"


def beta(value: float) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00")


def contracts(count: Decimal, contract: Contract | Terms) -> str:
    """The size in the venue's own unit: `2,143 × 0.01 ETH`, `21 × $10 ETH`, `21.43 ETH` where it is coins."""
    if contract.inverse:
        return f"{number(count)} × ${number(contract.multiplier)} {contract.asset}"
    if contract.multiplier == 1:
        return f"{number(count)} {contract.asset}"
    return f"{number(count)} × {number(contract.multiplier)} {contract.asset}"


def tight_money(amount: Decimal) -> str:
    """A gain or loss in at most eight characters, up to a quadrillion: `+$11,250`, `-$123.5K`, `+$1.235M`."""
    if abs(amount) < Decimal("99999.5"):
        return money(amount, signed=True)
    if abs(amount) >= _MILLION:
        return short_money(amount)
    return f"{'-' if amount < 0 else '+'}${_plain(_figures(abs(amount).scaleb(-3), 4))}K"


def _figures(amount: Decimal, figures: int) -> Decimal:
    if amount == 0:
        return amount
    step = Decimal(1).scaleb(min(amount.adjusted() - figures + 1, 0))
    return amount.quantize(step, ROUND_HALF_EVEN, ROOM)


def _plain(amount: Decimal) -> str:
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
