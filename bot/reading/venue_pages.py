"""The page of an exchange where people see a contract and what they have open in it."""

from collections.abc import Mapping
from urllib.parse import quote

PAGES: Mapping[str, str] = {
    "binanceusdm": "https://www.binance.com/en/futures/{id}",
    "bybit": "https://www.bybit.com/trade/usdt/{id}",
    "okx": "https://www.okx.com/trade-swap/{lower}",
    "bitget": "https://www.bitget.com/futures/usdt/{id}",
    "gate": "https://www.gate.com/futures/USDT/{id}",
    "mexc": "https://www.mexc.com/futures/{id}",
    "bingx": "https://bingx.com/en/perpetual/{id}",
    "weex": "https://www.weex.com/futures/{id}",
    "hyperliquid": "https://app.hyperliquid.xyz/trade/{id}",
    "krakenfutures": "https://futures.kraken.com/trade/futures/{lower}",
    "coinbaseinternational": "https://international.coinbase.com/instrument/{id}",
}
"""By venue; `{id}` is what the venue calls the contract."""


def page_of(venue: str, contract: str | None) -> str | None:
    """The address of the contract's page; None for a venue without one, and for a contract without a name."""
    template = PAGES.get(venue)
    if template is None or not contract:
        return None
    name = quote(contract, safe="-_")
    return template.format(id=name, lower=name.lower())
