"""What each venue does with an account whose shorts are backed together, as data with a source and a date.

Where no source says something, the row holds a cautious assumption and names it in `unsure`. Ratios of
collateral are read from the venues; `core.margin.pooled.ratios` has what stands in until they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.domain.capital.mode import MarginMode
from core.margin.pooled.portfolio import loan_ratio

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Gauge:
    """The ratio by which a venue shows how near an account is to its liquidation."""

    called: str
    """What the venue calls it."""
    greater_is_safer: bool = False
    """Whether it is equity over requirement; otherwise it is requirement over equity."""
    ends: Decimal = ONE
    """The value at which the account is liquidated."""
    warns: Decimal | None = None
    """The value at which the venue warns; None where that is not known."""

    of_loan: bool = False
    """Whether it is Hyperliquid's, which sets what is owed against the coins that back it."""

    def shown(self, dollars: Decimal, coins: Decimal, requirement: Decimal) -> Decimal | None:
        """The ratio in the venue's own direction; None where it has no value, such as without a short.

        dollars: USD of equity without the coins, below zero for a debt. coins: what they count.
        """
        if self.of_loan:
            return loan_ratio(dollars, coins, requirement)
        equity = dollars + coins
        above, below = (equity, requirement) if self.greater_is_safer else (requirement, equity)
        return None if below <= 0 else above / below

    @property
    def keeps(self) -> Decimal:
        """How many times its maintenance an account must be worth."""
        return self.ends if self.greater_is_safer else ONE / self.ends


@dataclass(frozen=True, slots=True)
class Conversion:
    """When a venue sells coins for a debt by itself, without a liquidation."""

    at: Decimal
    """USD of debt from which it does."""
    realised: bool
    """Whether only losses that are realised count, not those of open shorts."""
    fee: Decimal = Decimal(0)
    """What it takes of what is sold, a decimal."""


@dataclass(frozen=True, slots=True)
class VenueTerms:
    """One venue's rules of pooled accounts."""

    modes: Mapping[MarginMode, str]
    """The modes that the venue has, each with what the venue calls it."""
    source: str
    """Where this is from."""
    dated: date
    """When the source was read or written."""
    gauge: Gauge = Gauge("margin ratio")
    """The ratio that pooled accounts show."""
    portfolio: Gauge | None = None
    """The ratio under portfolio margin, where that is another; None where its rules are not known well
    enough for a figure.
    """
    least: Mapping[MarginMode, Decimal] = field(default_factory=dict)
    """USD of equity that a mode asks for before it can be switched on."""
    debt_weight: Decimal = ONE
    """What a dollar of debt counts against equity."""
    debt_maintenance: Decimal = Decimal(0)
    """Maintenance margin of a debt, a decimal of it."""
    debt_initial: Decimal = Decimal(0)
    """The same to open positions."""
    daily_rate: Decimal = Decimal("0.0005")
    """Interest of a day that is assumed of a debt while the venue's own is not known."""
    conversion: Conversion | None = None
    """When coins are sold for a debt; None where no amount is known."""
    by_risk: bool = False
    """Whether portfolio margin sets coins against shorts of the same coin, as `portfolio.unit_margin` does;
    otherwise its maintenance is that of the brackets.
    """
    weight: Decimal = ONE
    """What is left of the worth of coins when the account is liquidated, beside their ratios."""
    unsure: tuple[str, ...] = ()
    """What no source says, one clause each."""


PLAIN: Mapping[MarginMode, str] = {"isolated": "isolated margin", "cross": "cross margin"}
_DEBT = "the margin of a debt there is assumed"

CASH_ONLY = VenueTerms(PLAIN, "no source for coins as margin", date(2026, 11, 1))
"""A venue of which nothing else is known."""

TERMS: Mapping[str, VenueTerms] = {
    "binanceusdm": VenueTerms(
        {**PLAIN, "coins": "Multi-Assets Mode", "portfolio": "Portfolio Margin"},
        "binance.com/en/support/faq/29b45c485d664028b9ca1cdf90b24f6f, .../4868b2f1aa6c4d08af973328462bb0bd",
        date(2025, 5, 17),
        gauge=Gauge("margin ratio"),
        portfolio=Gauge("uniMMR", greater_is_safer=True, ends=Decimal("1.05"), warns=Decimal("1.2")),
        # USDT's ask buffer: askRate values a balance below zero
        debt_weight=Decimal("1.0001"),
        daily_rate=Decimal("0.001"),
        conversion=Conversion(Decimal(5000), realised=True),
        unsure=("whether a debt bears interest in Multi-Assets Mode is not published",),
    ),
    "bybit": VenueTerms(
        {
            **PLAIN, "coins": "the cross margin of a Unified Trading Account",
            "portfolio": "portfolio margin of a Unified Trading Account", "inverse": "inverse contracts",
        },
        "bybit-exchange.github.io/docs/v5/acct-mode; bybit.com/en/help-center/article/Borrowing-repayment",
        date(2026, 6, 2),
        gauge=Gauge("MM rate"),
        least={"portfolio": Decimal(1000)},
        debt_maintenance=Decimal("0.04"),
        debt_initial=Decimal("0.2"),
        unsure=(_DEBT, "the free part of a debt is shown only with a key"),
    ),
    "okx": VenueTerms(
        {
            **PLAIN, "coins": "Multi-currency margin mode", "portfolio": "Portfolio margin mode",
            "inverse": "coin-margined contracts",
        },
        "okx.com/help/iv-multi-currency-margin-mode-cross-margin-trading, "
        ".../ix-introduction-to-system-forced-repayment",
        date(2025, 8, 1),
        gauge=Gauge("margin level", greater_is_safer=True, warns=Decimal(3)),
        portfolio=Gauge("margin level", greater_is_safer=True, warns=Decimal(3)),
        least={"coins": Decimal(10_000), "portfolio": Decimal(10_000)},
        by_risk=True,
        debt_maintenance=Decimal("0.05"),
        debt_initial=Decimal("0.2"),
        unsure=(
            "how a negative balance counts is not published, so it counts in full", _DEBT,
            "portfolio margin of a covered short is assumed from an example of 2024",
        ),
    ),
    "bitget": VenueTerms(
        {**PLAIN, "coins": "the advanced mode of a unified account", "inverse": "coin-margined contracts"},
        "bitget.com/support/articles/12560603839176; measured on a funded demo account",
        date(2026, 10, 7),
        gauge=Gauge("margin ratio"),
        least={"coins": Decimal(1000)},
        debt_maintenance=Decimal("0.05"),
        debt_initial=Decimal("0.2"),
        unsure=(_DEBT, "the unit of its tiers is not published, so the lower of both readings is taken"),
    ),
    "gate": VenueTerms(
        {**PLAIN, "coins": "multi-currency margin", "portfolio": "portfolio margin"},
        "gate.com/help/unified-account/unified_account_overview/48329, .../33014",
        date(2026, 9, 1),
        gauge=Gauge("maintenance margin rate", greater_is_safer=True),
        least={"coins": Decimal(500), "portfolio": Decimal(10_000)},
        debt_maintenance=Decimal("0.05"),
        debt_initial=Decimal("0.2"),
        unsure=(_DEBT,),
    ),
    "krakenfutures": VenueTerms(
        {"isolated": "isolated margin", "cross": "cash in the multi-collateral wallet",
         "coins": "the multi-collateral wallet", "inverse": "single-collateral contracts"},
        "support.kraken.com/hc/en-us/articles/4844463246100, .../4844392809620",
        date(2025, 2, 1),
        gauge=Gauge("margin used"),
        conversion=Conversion(Decimal(30_000), realised=False, fee=Decimal("0.005")),
        unsure=("how the interest is worked out is not known", "its ratios are those of spot margin"),
    ),
    "hyperliquid": VenueTerms(
        {**PLAIN, "coins": "portfolio margin"},
        "hyperliquid.gitbook.io/hyperliquid-docs/trading/portfolio-margin",
        date(2026, 9, 8),
        gauge=Gauge("portfolio margin ratio", ends=Decimal("0.95"), of_loan=True),
        weight=Decimal("0.95"),
        unsure=("it is a trial for large traders, whose limits may be full",),
    ),
    "bingx": VenueTerms(
        {**PLAIN, "coins": "Multi-Assets mode"},
        "bingx.com/en/support/articles/11263344675215, .../12140157478927",
        date(2025, 1, 15),
        unsure=("its ratios were recorded in January 2025", "the interest of a debt is not published"),
    ),
    "mexc": VenueTerms(
        {**PLAIN, "coins": "Multi-Asset mode"},
        "mexc.co/learn/article/what-is-multi-asset-mode-/1",
        date(2025, 9, 1),
        unsure=("when it converts coins, and its margin formula, are not published",),
    ),
    "simulated": VenueTerms(
        {**PLAIN, "coins": "coins as margin", "inverse": "coin-margined contracts"},
        "made up",
        date(2026, 11, 1),
        debt_maintenance=Decimal("0.04"),
        debt_initial=Decimal("0.2"),
    ),
}  # fmt: skip
"""By ccxt id. WEEX, and a venue without a row, takes cash alone as far as is known."""


def terms_of(venue: str) -> VenueTerms:
    """The terms of a venue; those of cash alone where nothing else is known."""
    return TERMS.get(venue, CASH_ONLY)
