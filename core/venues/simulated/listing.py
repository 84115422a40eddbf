"""The contracts that the simulated venue lists: perpetuals, coin-margined perpetuals, quarterly futures."""

import calendar
from datetime import UTC, datetime
from decimal import Decimal

from core.domain.contract import Contract
from core.margin import tiered
from core.venues.simulated.assets import ASSETS, SimulatedAsset

TIERS: dict[str, tuple[tuple[int, str, int], ...]] = {
    "major": (
        (0, "0.004", 125),
        (300_000, "0.005", 100),
        (800_000, "0.0065", 75),
        (3_000_000, "0.01", 50),
        (12_000_000, "0.02", 25),
        (70_000_000, "0.025", 20),
        (100_000_000, "0.05", 10),
        (230_000_000, "0.1", 5),
        (600_000_000, "0.15", 3),
    ),
    "large": (
        (0, "0.005", 75),
        (50_000, "0.01", 50),
        (500_000, "0.02", 25),
        (3_000_000, "0.05", 10),
        (15_000_000, "0.1", 5),
        (30_000_000, "0.125", 4),
        (60_000_000, "0.25", 2),
    ),
    "alt": (
        (0, "0.01", 50),
        (20_000, "0.02", 25),
        (150_000, "0.05", 10),
        (1_000_000, "0.1", 5),
        (2_000_000, "0.125", 4),
        (5_000_000, "0.25", 2),
    ),
    "young": (
        (0, "0.02", 25),
        (10_000, "0.05", 10),
        (100_000, "0.1", 5),
        (500_000, "0.25", 2),
    ),
}
"""Maintenance tiers by kind of coin: (floor in USD of notional, rate, greatest leverage)."""

INVERSE = {"BTC": Decimal(100), "ETH": Decimal(10)}
"""Assets with a coin-margined perpetual, and the USD in one of its contracts."""
DATED = ("BTC", "ETH")
"""Assets with quarterly futures."""
EXPIRIES = 2
"""How many quarters ahead are listed."""

_TAKER_FEE = Decimal("0.0005")
_MAKER_FEE = Decimal("0.0002")


_BRACKETS = {kind: tiered(tiers) for kind, tiers in TIERS.items()}


def perpetuals_listed(venue: str) -> dict[str, Contract]:
    """Every perpetual by symbol; they are listed for ever."""
    listed = [_linear(venue, asset) for asset in ASSETS.values()]
    listed += [_inverse(venue, ASSETS[ticker], usd) for ticker, usd in INVERSE.items()]
    return {contract.symbol: contract for contract in listed}


def dated_futures(venue: str, now: datetime) -> dict[str, Contract]:
    """The quarterly futures that have not expired at `now`, by symbol."""
    listed = [
        _linear(venue, ASSETS[ticker], expiry) for ticker in DATED for expiry in quarterly_expiries(now)
    ]
    return {contract.symbol: contract for contract in listed}


def quarterly_expiries(now: datetime) -> list[datetime]:
    """The next expiries after `now`: 08:00 UTC on the last Fridays of March, June, September and December."""
    now = now.astimezone(UTC)
    ends = [_last_friday(year, month) for year in (now.year, now.year + 1) for month in (3, 6, 9, 12)]
    return [end for end in ends if end > now][:EXPIRIES]


def _last_friday(year: int, month: int) -> datetime:
    last = datetime(year, month, calendar.monthrange(year, month)[1], 8, tzinfo=UTC)
    return last.replace(day=last.day - (last.weekday() - calendar.FRIDAY) % 7)


def _linear(venue: str, asset: SimulatedAsset, expiry: datetime | None = None) -> Contract:
    """The USDT-margined contract of an asset: its perpetual, or the future that ends at `expiry`."""
    name = asset.ticker if asset.scale == 1 else f"{asset.scale}{asset.ticker}"
    return Contract(
        venue=venue,
        symbol=f"{name}/USDT:USDT" + (f"-{expiry:%y%m%d}" if expiry else ""),
        id=f"{name}USDT" + (f"_{expiry:%y%m%d}" if expiry else ""),
        asset=asset.ticker,
        settle="USDT",
        multiplier=asset.multiplier,
        lot=asset.lot,
        min_count=asset.min_count,
        min_notional=asset.min_notional,
        tick=asset.tick,
        brackets=_BRACKETS[asset.tiers],
        max_count=asset.max_count,
        scale=asset.scale,
        expiry=expiry,
        taker_fee=_TAKER_FEE,
        maker_fee=_MAKER_FEE,
    )


def _inverse(venue: str, asset: SimulatedAsset, usd: Decimal) -> Contract:
    """The perpetual of an asset that is margined and settled in the coin itself, `usd` dollars a contract."""
    return Contract(
        venue=venue,
        symbol=f"{asset.ticker}/USD:{asset.ticker}",
        id=f"{asset.ticker}USD_PERP",
        asset=asset.ticker,
        settle=asset.ticker,
        multiplier=usd,
        lot=Decimal(1),
        min_count=Decimal(1),
        min_notional=usd,
        tick=asset.tick,
        brackets=_BRACKETS[asset.tiers],
        max_count=Decimal(60_000),
        inverse=True,
        taker_fee=_TAKER_FEE,
        maker_fee=_MAKER_FEE,
    )
