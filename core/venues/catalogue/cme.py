"""CME's micro futures on coins, and the larger ones where there is nothing between.

Not here, because no page was found that says when the ones listed now end or how their price steps: the
Bitcoin Friday futures (BFF), whose price step is on none; the spot-quoted QBTC, QETH, QSOL and QXRP, which
also charge for financing each day; the micros on ADA (MCA), LINK (MLN), XLM (MXL) and AVAX (MAV).
"""

from datetime import date
from decimal import Decimal

from core.margin import tiered
from core.venues.catalogue.expiry import Cycle, Ending, shut_in_both, shut_in_one
from core.venues.catalogue.product import Catalogue, Product

_FEES = "https://ndcdyn.interactivebrokers.com/en/accounts/fees/CME.php"
_MICROS = "https://www.cmegroup.com/markets/cryptocurrencies/micro-cryptocurrency-futures-and-options.html"
_BTC = "https://www.cmegroup.com/activetrader/microbitcoin"
_BTC_CYCLE = (
    "https://www.cmegroup.com/trading/equity-index/us-index/bitcoin_contractSpecs_options.html"
    "?optionProductId=8875"
)
_ETH = "https://edgeclear.com/cme-micro-ether-futures/"
_SOL = (
    "https://cmegroup.com/education/courses/introduction-to-cryptocurrency-futures/"
    "micro-cryptocurrency-futures/introduction-to-sol-and-micro-sol-futures.html"
)
_XRP = "https://www.cmegroup.com/markets/cryptocurrencies/xrp.html"
_XRP_FEES = (
    "https://cryptonewsmobile.com/2025/05/19/"
    "cme-introduces-ripple-xrp-futures-today-key-information-you-should-be-aware-of"
)

_STRICT = Ending("Europe/London", 16, shut_in_one)
_LOOSE = Ending("Europe/London", 16, shut_in_both)

_TWO_DECEMBERS = {"months": 6, "decembers": 2}
_AND_QUARTERS = {"months": 6, "quarters": 4, "decembers": 2}

CME = Catalogue(
    id="cme",
    name="CME",
    # The earliest day on which the pages below can have said all of this.
    as_of=date(2026, 1, 15),
    products=(
        Product(
            code="MBT",
            asset="BTC",
            multiplier=Decimal("0.1"),
            tick=Decimal(5),
            cycle=Cycle(_STRICT, **_TWO_DECEMBERS),
            fee=Decimal("2.50"),
            sources=(_BTC, _BTC_CYCLE, _FEES),
        ),
        Product(
            code="MET",
            asset="ETH",
            multiplier=Decimal("0.1"),
            tick=Decimal("0.5"),
            cycle=Cycle(_LOOSE, **_TWO_DECEMBERS),
            fee=Decimal("0.20"),
            sources=(_ETH, _MICROS, _FEES),
        ),
        Product(
            code="MSL",
            asset="SOL",
            multiplier=Decimal(25),
            tick=Decimal("0.05"),
            cycle=Cycle(_LOOSE, **_AND_QUARTERS),
            sources=(_SOL, _MICROS),
        ),
        Product(
            code="SOL",
            asset="SOL",
            multiplier=Decimal(500),
            tick=Decimal("0.05"),
            cycle=Cycle(_LOOSE, **_AND_QUARTERS),
            sources=(_SOL,),
        ),
        Product(
            code="MXP",
            asset="XRP",
            multiplier=Decimal(2500),
            tick=Decimal("0.0005"),
            cycle=Cycle(_LOOSE, **_AND_QUARTERS),
            fee=Decimal("1.15"),
            sources=(_XRP, _XRP_FEES),
        ),
        Product(
            code="XRP",
            asset="XRP",
            multiplier=Decimal(50_000),
            tick=Decimal("0.0005"),
            cycle=Cycle(_LOOSE, **_AND_QUARTERS),
            fee=Decimal("7.50"),
            sources=(_XRP, _XRP_FEES),
        ),
    ),
    rate=Decimal("0.001"),
    # A broker may ask twice of a short what the exchange does: half its worth, or all of it.
    margins=dict.fromkeys(("BTC", "ETH"), tiered([("0", "0.4", "2")])),
    other_margin=tiered([("0", "0.5", "2")]),
    margin_source="https://ibkr.info/fr/tag/futures?page=1",
    broker_fee=Decimal("0.85"),
    broker_source="https://www.interactivebrokers.ie/en/pricing/commissions-futures.php",
    contract_form="{code}{letter}{digit}",
)
