"""Funding of a perpetual: what a position is paid or pays at settlements."""

from decimal import Decimal

from core.market import FundingRate

HOURS_PER_DAY = 24
HOURS_PER_YEAR = 8760


def cashflow(side: int, quantity: Decimal, mark: Decimal, rate: Decimal) -> Decimal:
    """USD received (negative: paid) at a settlement: -side * quantity * mark * rate; 1 long, -1 short."""
    return -side * quantity * mark * rate


def apr(funding: FundingRate) -> Decimal:
    """The rate per year without compounding: rate * 8760 / interval in hours; a decimal."""
    return funding.rate * HOURS_PER_YEAR / funding.interval_hours


def per_day(funding: FundingRate, notional: Decimal) -> Decimal:
    """USD per day that a short of this notional receives (negative: pays) at this rate and interval."""
    return notional * funding.rate * HOURS_PER_DAY / funding.interval_hours
