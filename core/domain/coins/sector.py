"""Which sector each coin belongs to, which coin is taken to lead it, and where that can be looked up."""

from collections.abc import Iterable
from dataclasses import dataclass

LISTED_AT = "https://www.coingecko.com/en/categories/"
"""Where the coins of a sector are listed in public; the end of each address stands with the sector."""


@dataclass(frozen=True, slots=True)
class Sector:
    """Coins that are for the same thing, and often move alike."""

    name: str
    """What it is called."""
    leader: str
    """Its most traded coin."""
    category: str
    """The category of LISTED_AT that it follows. The members are a choice of ours from it: coins that have
    contracts at several exchanges. A coin that stands in several categories is put into the narrowest.
    """
    coins: str
    """Its coins by canonical ticker, apart by spaces."""
    words: tuple[str, ...] = ()
    """What else people call it, in small letters."""

    @property
    def members(self) -> tuple[str, ...]:
        """Its coins by canonical ticker."""
        return tuple(self.coins.split())

    @property
    def source(self) -> str:
        """The page that lists coins of this kind."""
        return f"{LISTED_AT}{self.category}"


ALL_SECTORS: tuple[Sector, ...] = (
    Sector(
        "layer 1",
        "SOL",
        "layer-1",
        "ADA ALGO APT ATOM AVAX DOT EGLD FTM HBAR ICP INJ KAS KAVA NEAR S SEI SOL SUI TIA TON TRX XTZ",
        ("l1", "layer1", "layer-1", "layer one"),
    ),
    Sector(
        "layer 2",
        "ARB",
        "layer-2",
        "ARB BLAST IMX LRC MANTA METIS MNT OP POL SCR STRK ZK",
        ("l2", "layer2", "layer-2", "layer two"),
    ),
    Sector(
        "DeFi",
        "UNI",
        "decentralized-finance-defi",
        "1INCH AAVE BAL COMP CRV CVX DYDX ENA GMX JUP LDO MKR PENDLE RAY RPL RUNE SNX SUSHI UNI YFI",
        ("de-fi",),
    ),
    Sector(
        "exchange coin",
        "BNB",
        "centralized-exchange-token-cex",
        "BGB BNB CRO GT HT KCS LEO OKB",
        ("exchange coins", "exchange", "exchanges", "cex"),
    ),
    Sector(
        "meme",
        "DOGE",
        "meme-token",
        "BONK BOME BRETT DOGE FLOKI MEME MOG PEPE POPCAT SHIB TRUMP TURBO WIF",
        ("memes", "meme coins", "memecoins"),
    ),
    Sector("oracle", "LINK", "oracle", "API3 BAND LINK PYTH TRB UMA", ("oracles",)),
    Sector(
        "AI",
        "TAO",
        "artificial-intelligence",
        "AGIX AKT ARKM FET GRT IO OCEAN RENDER RNDR TAO VIRTUAL WLD",
    ),
    Sector(
        "payments",
        "XRP",
        "payment-solutions",
        "ACH BCH DASH LTC XLM XMR XNO XRP ZEC",
        ("payment",),
    ),
)
"""Every sector that is known here; no coin is in two of them."""

LEADERS: dict[str, str] = {sector.name: sector.leader for sector in ALL_SECTORS}
"""The most traded coin of each sector."""

SECTORS: dict[str, str] = {asset: sector.name for sector in ALL_SECTORS for asset in sector.members}
"""The sector of each asset; an asset that is not listed above has none."""


def sector_called(words: Iterable[str]) -> Sector | None:
    """The sector that people call by these words; None where there is none."""
    said = " ".join(words).lower()
    return next((one for one in ALL_SECTORS if said in (one.name.lower(), *one.words)), None)
