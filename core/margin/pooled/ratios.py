"""What is assumed of collateral where a venue's own table was not read, and the table that counts now.

An assumed ratio is a cautious reading of what was published once, with its date; whoever sees a figure that
rests on one is told. A coin that stands in no table does not count.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from core.domain.capital.collateral import COLLATERAL_REFUSE, Collateral, Haircut, Loan, Slice, flat
from core.domain.snapshot import Snapshot
from core.margin.pooled.portfolio import kept_ratio
from core.margin.pooled.terms import terms_of

PARTIAL = frozenset({"krakenfutures"})
"""Venues whose table leaves out coins that count: what is missing there is unknown, not nothing."""


def _flats(ratio: str, assets: str) -> tuple[Haircut, ...]:
    return tuple(flat(asset, Decimal(ratio), assumed=True) for asset in assets.split())


def _capped(asset: str, ratio: str, cap: str, opens: str | None = None) -> Haircut:
    found = flat(asset, Decimal(ratio), cap=Decimal(cap), assumed=True)
    return found if opens is None else replace(found, opens=Decimal(opens))


def _loaned(asset: str, loan_to_value: str, cap: str) -> Haircut:
    opens = Decimal(loan_to_value)
    return replace(flat(asset, kept_ratio(opens), cap=Decimal(cap), assumed=True), opens=opens)


_CAUTIOUS = (
    *_flats("0.85", "BTC ETH"),
    *_flats("0.80", "SOL XRP BNB"),
    *_flats("0.70", "ADA AVAX BCH DOGE DOT LINK LTC NEAR SUI TON TRX UNI"),
    *_flats("0.95", "USDC"),
)
"""Below the first slices that Bybit, OKX, Bitget and Gate were seen to have. Their tables are public, so this
stands in only until one was read.
"""

ASSUMED: Mapping[str, tuple[date, tuple[Haircut, ...]]] = {
    # binance.com/en/futures/trading-rules/perpetual/multi-asset-info; caps of a user without a level
    "binanceusdm": (
        date(2022, 12, 1),
        (
            _capped("BTC", "0.95", "5"), _capped("ETH", "0.95", "70"), _capped("SOL", "0.90", "100"),
            *_flats("0.95", "BNB"), *_flats("0.90", "XRP ADA DOT"), *_flats("0.9999", "USDC"),
        ),
    ),
    "bybit": (date(2026, 11, 1), _CAUTIOUS),
    "okx": (date(2026, 11, 1), _CAUTIOUS),
    "bitget": (date(2026, 11, 1), _CAUTIOUS),
    "gate": (date(2026, 11, 1), _CAUTIOUS),
    # help pages of February 2025 and an account in the documentation
    "krakenfutures": (
        date(2025, 2, 1), (*_flats("0.95", "BTC ETH"), *_flats("0.80", "SOL XRP ADA NEAR SUI RENDER AAVE")),
    ),
    # hyperliquid.gitbook.io/hyperliquid-docs/trading/portfolio-margin, the first edition
    "hyperliquid": (date(2026, 9, 8), (_loaned("HYPE", "0.5", "50000"), _loaned("BTC", "0.5", "20"))),
    # the venue's own rules as recorded; the first ratio is that of risk, the last that of opening
    "bingx": (
        date(2025, 1, 15),
        (
            _capped("BTC", "0.95", "10"), _capped("ETH", "0.95", "100"),
            _capped("BNB", "0.95", "160", "0.90"), _capped("TRX", "0.95", "300000", "0.85"),
            _capped("DOGE", "0.95", "300000"), _capped("DOT", "0.95", "12000", "0.90"),
            *_flats("0.9999", "USDC"),
        ),
    ),
    # mexc.co/learn/article/what-is-multi-asset-mode-/1; of its 14 coins only these tiers were found
    "mexc": (
        date(2025, 9, 1),
        (
            Haircut(
                "BTC",
                tuple(
                    Slice(Decimal(floor), Decimal(ratio))
                    for floor, ratio in (
                        ("0", "0.975"), ("1", "0.97"), ("5", "0.965"), ("10", "0.96"), ("50", "0.85"),
                        ("100", "0"),
                    )
                ),
                assumed=True,
            ),
        ),
    ),
    "simulated": (date(2026, 11, 1), _CAUTIOUS),
}  # fmt: skip
"""By ccxt id: when the ratios were published or set, and the ratios."""


def assumed_collateral(venue: str) -> Collateral:
    """What is assumed of a venue; without a row, that no coin counts."""
    dated, haircuts = ASSUMED.get(venue, (terms_of(venue).dated, ()))
    loan = Loan("USDT", terms_of(venue).daily_rate, assumed=True)
    return Collateral(
        venue,
        datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
        {each.asset: each for each in haircuts},
        {"USDT": loan},
        source=f"assumed from what was published by {dated:%B %Y}",
    )


def counted_now(snapshot: Snapshot, now: datetime) -> Collateral:
    """The table that counts now: the venue's own where it was read within a day, else what is assumed.

    Limits of a user that the venue's table does not have are those assumed. Interest that was not read is
    assumed as well.
    """
    assumed, read = assumed_collateral(snapshot.venue), snapshot.collateral
    if read is None:
        return assumed
    loans = {**assumed.loans, **read.loans}
    if now - read.at > COLLATERAL_REFUSE:
        return replace(assumed, loans=loans, problems=read.problems)
    haircuts = {asset: _limited(each, assumed.haircuts.get(asset)) for asset, each in read.haircuts.items()}
    if snapshot.venue in PARTIAL:
        haircuts = {**assumed.haircuts, **haircuts}
    return replace(read, haircuts=haircuts, loans=loans)


def _limited(read: Haircut, assumed: Haircut | None) -> Haircut:
    if assumed is None or read.cap is not None or assumed.cap is None:
        return read
    return replace(read, cap=assumed.cap)
