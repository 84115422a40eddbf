"""Which coin leads an asset's sector: what to short where the asset has no contract of its own."""

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
"""Sector of each asset that has one here."""


def leader(asset: str) -> str | None:
    """The coin that leads the asset's sector; None where the sector is unknown or the asset leads it."""
    found = LEADERS.get(SECTORS.get(asset, ""))
    return found if found != asset else None
