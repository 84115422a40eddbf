"""Coins that were renamed: the new name, how many new coins one old coin is, since when, and the source.

A venue may later list an old ticker for another coin. Therefore this table is used only where the old ticker
has no price (see `names`). Some tickers are left out on purpose because nobody can tell which coin is
meant: BEAM and MC, FRAX and FXS, BTT and BTTC, TON before 2021, LUNA before 2022. OCEAN still trades under
its own name.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Renamed:
    """One coin of `old` is `coins` coins of `new`."""

    old: str
    """The ticker that is no longer used."""
    new: str
    """The ticker of today."""
    since: date
    """The day on which exchanges began to trade the new one."""
    source: str
    """Where this can be looked up."""
    coins: Decimal = Decimal(1)
    """New coins for one old coin."""


_TABLE = (
    Renamed(
        "MATIC", "POL", date(2024, 9, 4), "Polygon, MATIC to POL migration; github.com/ccxt/ccxt/issues/23637"
    ),
    Renamed("FTM", "S", date(2025, 1, 16), "docs.soniclabs.com/migration"),
    Renamed("RNDR", "RENDER", date(2024, 7, 26), "github.com/rendernetwork/RNPs, RNP-006"),
    Renamed("EOS", "A", date(2025, 5, 28), "github.com/VaultaFoundation/vaulta-system-contract"),
    Renamed("KLAY", "KAIA", date(2024, 10, 31), "Kaia Foundation, KLAY and FNSA swap"),
    # since September 2025 an upgrade costs 1 % and more every three months: MKR is worth that much less
    Renamed("MKR", "SKY", date(2024, 9, 18), "github.com/sky-ecosystem/sky", Decimal(24_000)),
    Renamed("AGIX", "FET", date(2024, 7, 1), "Artificial Superintelligence Alliance", Decimal("0.433350")),
    Renamed("GAL", "G", date(2024, 7, 31), "Galxe, migration to Gravity", Decimal(60)),
    Renamed("ORN", "LUMIA", date(2024, 10, 21), "Orion, migration to Lumia"),
    Renamed("TVK", "VANRY", date(2023, 12, 1), "Virtua, migration to Vanar"),
    Renamed("TOMO", "VIC", date(2023, 11, 24), "TomoChain, rebranding to Viction"),
    Renamed("COCOS", "COMBO", date(2023, 6, 1), "Cocos-BCX, rebranding to COMBO"),
    Renamed("NANO", "XNO", date(2021, 11, 17), "Nano Foundation, new currency code"),
    Renamed("BZRX", "OOKI", date(2021, 12, 20), "bZx, migration to Ooki", Decimal(10)),
    Renamed("NPXS", "PUNDIX", date(2021, 3, 30), "Pundi X, redenomination", Decimal("0.001")),
    Renamed("GNT", "GLM", date(2020, 11, 19), "Golem, migration"),
    Renamed("XZC", "FIRO", date(2020, 10, 27), "Zcoin, rebranding to Firo"),
    Renamed("LEND", "AAVE", date(2020, 10, 3), "Aave improvement proposal 1", Decimal("0.01")),
    Renamed("ERD", "EGLD", date(2020, 9, 3), "Elrond, mainnet swap", Decimal("0.001")),
    Renamed("VEN", "VET", date(2018, 7, 25), "VeChain, mainnet swap", Decimal(100)),
)

RENAMED = {each.old: each for each in _TABLE}
"""The same by the old ticker."""
