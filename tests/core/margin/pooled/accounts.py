"""Pools in few words: one venue's rules, coins with their ratios, shorts with one bracket."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from core.domain.capital.collateral import Collateral, Haircut, Slice, flat
from core.domain.capital.mode import MarginMode
from core.domain.contract import Bracket
from core.margin import MarginRules, tiered
from core.margin.pooled.pool import Pool, PooledShort
from core.margin.pooled.terms import CASH_ONLY, VenueTerms
from tests.domain import NOW

BARE = replace(CASH_ONLY, debt_maintenance=Decimal(0))
"""A venue that asks for nothing but what the brackets say."""


def haircut(asset: str, *rows: tuple[str, str], **more: object) -> Haircut:
    """`haircut("BTC", ("0", "0.98"), ("20", "0.97"))`: from so many coins on, that ratio."""
    slices = tuple(Slice(Decimal(floor), Decimal(ratio)) for floor, ratio in rows)
    return Haircut(asset, slices, **more)  # type: ignore[arg-type]


def collateral(*haircuts: Haircut, **ratios: str) -> Collateral:
    """`collateral(BTC="0.95")`."""
    plain = [flat(asset, Decimal(ratio)) for asset, ratio in ratios.items()]
    return Collateral("bybit", NOW, {each.asset: each for each in (*haircuts, *plain)})


def short(
    asset: str, size: str, entry: str, rate: str = "0.005", fee: str = "0", **more: object
) -> PooledShort:
    """A short of so many coins with one maintenance rate."""
    rules = MarginRules(tiered([("0", rate, "100")]) if Decimal(rate) else NOTHING_KEPT, **more)  # type: ignore[arg-type]
    return PooledShort(asset, Decimal(size), Decimal(entry), rules, Decimal(fee))


NOTHING_KEPT = (Bracket(Decimal(0), Decimal(0), Decimal(0), Decimal(100)),)


def pool(
    *shorts: PooledShort,
    cash: str = "0",
    coins: Mapping[str, str] | None = None,
    prices: Mapping[str, str],
    takes: Collateral,
    mode: MarginMode = "coins",
    terms: VenueTerms = BARE,
) -> Pool:
    held = {asset: Decimal(quantity) for asset, quantity in (coins or {}).items()}
    at = {asset: Decimal(price) for asset, price in prices.items()}
    return Pool(mode, Decimal(cash), held, shorts, at, terms, takes)
