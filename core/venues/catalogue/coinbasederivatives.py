"""The monthly nano futures of Coinbase Derivatives.

Not here: the futures on BCH, SUI and XLM, whose size no page says for sure; and the perpetual-style ones
that end in December 2030 (BIP, ETP, ...), because they pay funding, which is not known here.
"""

from datetime import date
from decimal import Decimal

from core.margin import tiered
from core.venues.catalogue.expiry import Cycle, Ending, shut_in_both
from core.venues.catalogue.product import Catalogue, Product

_ENDS = "https://help.coinbase.com/en/derivatives/products/settlement"
_SIZES = "https://www.agentictradingml.com/academy/coinbase-crypto-products/cfm-nano-futures"
_ANSWER = "https://github.com/ccxt/ccxt/blob/master/python/ccxt/coinbase.py"
_NANO = "https://support.pro.coinbase.com/en/coinbase/trading-and-funding/derivatives/futures-manage-order"
_SOL_HBAR = "https://www.ainvest.com/news/coinbase-unveils-futures-solana-hedera-2501/"
_SHIB = "https://thecryptobasic.com/2024/06/29/regulated-futures-for-shiba-inu-filed-with-us-cftc-details/"
_THREE_MONTHS = (
    "https://dapp.expert/news/"
    "en_coinbase-derivatives-reveals-xrp-futures-details-and-features-1744186738-904468"
)

# What a holiday does to the last Friday was found on no page: as at CME.
_MONTHS = Cycle(Ending("Europe/London", 16, shut_in_both), months=3)

_ROWS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("BIT", "BTC", "0.01", "5", (_NANO, _ANSWER)),
    ("ET", "ETH", "0.1", "0.5", (_NANO,)),
    ("SOL", "SOL", "5", "0.01", (_SOL_HBAR, _SIZES)),
    ("XRP", "XRP", "500", "0.0001", (_SIZES,)),
    ("ADA", "ADA", "1000", "0.0001", (_SIZES,)),
    ("DOG", "DOGE", "5000", "0.00001", (_SIZES,)),
    ("LC", "LTC", "5", "0.01", (_SIZES,)),
    ("LNK", "LINK", "50", "0.001", (_SIZES,)),
    ("AVA", "AVAX", "10", "0.01", (_SIZES,)),
    ("DOT", "DOT", "100", "0.001", (_SIZES,)),
    ("HED", "HBAR", "5000", "0.00001", (_SOL_HBAR,)),
)
"""Code, asset, coins a contract, price step, pages. The steps of all but BIT are the last digit of prices
that the exchange's answers showed in April 2026."""

COINBASE_DERIVATIVES = Catalogue(
    id="coinbasederivatives",
    name="Coinbase Derivatives",
    # All of these months were listed then, in an answer of the exchange that was seen.
    as_of=date(2026, 4, 1),
    products=(
        *(
            Product(code, asset, Decimal(size), Decimal(tick), _MONTHS, (*pages, _ENDS, _THREE_MONTHS))
            for code, asset, size, tick, pages in _ROWS
        ),
        Product(
            code="SHB",
            asset="SHIB",
            multiplier=Decimal(10_000_000),
            tick=Decimal("0.00001"),
            cycle=_MONTHS,
            sources=(_SHIB, _ENDS, _THREE_MONTHS),
            scale=Decimal(1000),
        ),
    ),
    rate=Decimal("0.001"),
    margins=dict.fromkeys(("BTC", "ETH"), tiered([("0", "0.4", "2")])),
    other_margin=tiered([("0", "0.5", "2")]),
    margin_source="https://ibkr.info/fr/tag/futures?page=1",
    broker_fee=Decimal("0.85"),
    broker_source="https://www.interactivebrokers.ie/en/pricing/commissions-futures.php",
    contract_form="{code}-{day}-CDE",
)
