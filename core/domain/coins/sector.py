"""Which sector each coin belongs to, and which coin is taken to lead it."""

LEADERS: dict[str, str] = {
    "layer 1": "SOL",
    "layer 2": "ARB",
    "DeFi": "UNI",
    "exchange coin": "BNB",
    "meme": "DOGE",
    "oracle": "LINK",
    "AI": "TAO",
    "payments": "XRP",
}
"""The most traded coin of each sector."""

_MEMBERS: dict[str, str] = {
    "layer 1": "ADA ALGO APT ATOM AVAX DOT EGLD FTM HBAR ICP INJ KAS KAVA NEAR S SEI SOL SUI TIA TON TRX XTZ",
    "layer 2": "ARB BLAST IMX LRC MANTA METIS MNT OP POL SCR STRK ZK",
    "DeFi": "1INCH AAVE BAL COMP CRV CVX DYDX ENA GMX JUP LDO MKR PENDLE RAY RPL RUNE SNX SUSHI UNI YFI",
    "exchange coin": "BGB BNB CRO GT HT KCS LEO OKB",
    "meme": "BONK BOME BRETT DOGE FLOKI MEME MOG PEPE POPCAT SHIB TRUMP TURBO WIF",
    "oracle": "API3 BAND LINK PYTH TRB UMA",
    "AI": "AGIX AKT ARKM FET GRT IO OCEAN RENDER RNDR TAO VIRTUAL WLD",
    "payments": "ACH BCH DASH LTC XLM XMR XNO XRP ZEC",
}

SECTORS: dict[str, str] = {asset: sector for sector, assets in _MEMBERS.items() for asset in assets.split()}
"""The sector of each asset; an asset that is not listed above has none."""
