"""What a read-only key can be asked at each venue: as data, one entry a venue in ACCOUNTS.

Methods are ccxt's names of the venue's own private endpoints; field names are the venue's. The venue's own
answers are read and not ccxt's unified ones: those count unrealised profit as coins held at some venues, and
want every market listed first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.venues.exchange.account import rights
from core.venues.exchange.account.rights import Rights

KEY_AND_SECRET = ("apiKey", "secret")
WITH_PASSPHRASE = (*KEY_AND_SECRET, "password")
ADDRESS = ("walletAddress",)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Wallet:
    """One pocket of an account: where its rows are in the answer, and how a row says what is in it.

    coin: the field of the coin's name, or `=USDC` where it is always that coin. amounts: fields that add up
    to the coins owned, one with a minus is taken away. names: the only names that can be relied on, where
    anybody may name a token, and the coins they stand for.
    """

    method: str
    rows: Path
    coin: str
    amounts: tuple[str, ...]
    asks: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PositionList:
    """One list of open positions: where its rows are, and how a row says what is open.

    count: contracts; signed by itself, except where `side` names a field that says `long` or `short` in one
    of the ways in LONG and SHORT. margin: fields of which the first above zero is what is set aside.
    value: what the position cost, where the venue says that instead of the entry price. most: rows that one
    answer has at most; where it has as many, there may be more, and none is relied on.
    """

    method: str
    rows: Path
    symbol: str
    count: str
    entry: str
    margin: tuple[str, ...] = ()
    mark: str | None = None
    side: str | None = None
    value: str | None = None
    most: int | None = None
    asks: Mapping[str, str] = field(default_factory=dict)


LONG = frozenset({"buy", "long", "1"})
SHORT_WORDS = frozenset({"sell", "short", "2"})


@dataclass(frozen=True, slots=True)
class Private:
    """The private side of a venue.

    pieces: ccxt's names of what a key is made of, in the order in which it is typed. rights: the endpoint
    that tells what the key may do and how to read it; None where there is none. A key that is an address
    can do nothing but be read. settles: coins in which the contracts listed in `books` settle, None for every
    coin; dated: whether contracts with an expiry are listed too.
    """

    wallets: tuple[Wallet, ...]
    books: tuple[PositionList, ...]
    rights: tuple[str, Callable[[Any], Rights]] | None = None
    pieces: tuple[str, ...] = KEY_AND_SECRET
    settles: frozenset[str] | None = None
    dated: bool = True

    def lists(self, symbol: str) -> bool:
        """Whether an open position in this contract (unified name) would be among the positions listed."""
        settle, _, expiry = symbol.partition(":")[2].partition("-")
        return (self.settles is None or settle in self.settles) and (self.dated or not expiry)


HYPERLIQUID_TOKENS = {
    "USDC": "USDC",
    "HYPE": "HYPE",
    "UBTC": "BTC",
    "UETH": "ETH",
    "USOL": "SOL",
    "USDT0": "USDT",
}
_BINANCE = Private(
    rights=("sapiGetAccountApiRestrictions", rights.binance),
    wallets=(
        Wallet("privateGetAccount", ("balances",), "asset", ("free", "locked")),
        Wallet("sapiPostAssetGetFundingAsset", (), "asset", ("free", "locked", "freeze", "withdrawing")),
        Wallet("fapiPrivateV3GetAccount", ("assets",), "asset", ("walletBalance",)),
    ),
    books=(
        PositionList(
            "fapiPrivateV3GetPositionRisk", (), "symbol", "positionAmt", "entryPrice",
            margin=("isolatedWallet", "positionInitialMargin", "initialMargin"), mark="markPrice",
        ),
    ),
)  # fmt: skip

_BYBIT_POSITION = PositionList(
    "privateGetV5PositionList", ("result", "list"), "symbol", "size", "avgPrice",
    margin=("positionBalance", "positionIM"), mark="markPrice", side="side", most=200,
)  # fmt: skip


def _bybit_positions(**asks: str) -> PositionList:
    return replace(_BYBIT_POSITION, asks={"limit": "200", **asks})


_KUCOIN = Private(
    rights=("privateGetUserApiKey", rights.kucoin),
    pieces=WITH_PASSPHRASE,
    wallets=(
        Wallet("privateGetAccounts", ("data",), "currency", ("balance",)),
        Wallet(
            "futuresPrivateGetAccountOverview", ("data",), "currency", ("accountEquity", "-unrealisedPNL"),
            {"currency": "USDT"},
        ),
    ),
    books=(
        PositionList(
            "futuresPrivateGetPositions", ("data",), "symbol", "currentQty", "avgEntryPrice",
            margin=("posMargin",), mark="markPrice",
        ),
    ),
)  # fmt: skip

_USDT = frozenset({"USDT"})

_GATE = Private(
    settles=_USDT,
    dated=False,
    wallets=(
        Wallet("privateSpotGetAccounts", (), "currency", ("available", "locked")),
        Wallet("privateFuturesGetSettleAccounts", (), "currency", ("total",), {"settle": "usdt"}),
    ),
    books=(
        PositionList(
            "privateFuturesGetSettlePositions", (), "contract", "size", "entry_price",
            margin=("margin", "initial_margin"), mark="mark_price",
            most=100, asks={"settle": "usdt", "holding": "true", "limit": "100"},
        ),
    ),
)  # fmt: skip

ACCOUNTS: Mapping[str, Private] = {
    "binanceusdm": _BINANCE,
    "bybit": Private(
        rights=("privateGetV5UserQueryApi", rights.bybit),
        wallets=(
            Wallet(
                "privateGetV5AccountWalletBalance", ("result", "list", 0, "coin"), "coin", ("walletBalance",),
                {"accountType": "UNIFIED"},
            ),
            Wallet(
                "privateGetV5AssetTransferQueryAccountCoinsBalance", ("result", "balance"), "coin",
                ("walletBalance",), {"accountType": "FUND"},
            ),
        ),
        books=(
            _bybit_positions(category="linear", settleCoin="USDT"),
            _bybit_positions(category="linear", settleCoin="USDC"),
            _bybit_positions(category="inverse"),
        ),
    ),
    "okx": Private(
        rights=("privateGetAccountConfig", rights.okx),
        pieces=WITH_PASSPHRASE,
        wallets=(
            Wallet("privateGetAccountBalance", ("data", 0, "details"), "ccy", ("cashBal",)),
            Wallet("privateGetAssetBalances", ("data",), "ccy", ("bal",)),
        ),
        books=(
            PositionList(
                "privateGetAccountPositions", ("data",), "instId", "pos", "avgPx",
                margin=("margin", "imr"), mark="markPx", side="posSide",
            ),
        ),
    ),
    "bitget": Private(
        rights=("privateSpotGetV2SpotAccountInfo", rights.bitget),
        settles=_USDT,
        dated=False,
        pieces=WITH_PASSPHRASE,
        wallets=(
            Wallet("privateSpotGetV2SpotAccountAssets", ("data",), "coin", ("available", "frozen", "locked")),
            Wallet(
                "privateMixGetV2MixAccountAccounts", ("data",), "marginCoin",
                ("accountEquity", "-unrealizedPL"), {"productType": "USDT-FUTURES"},
            ),
        ),
        books=(
            PositionList(
                "privateMixGetV2MixPositionAllPosition", ("data",), "symbol", "total", "openPriceAvg",
                margin=("marginSize",), mark="markPrice", side="holdSide",
                asks={"productType": "USDT-FUTURES", "marginCoin": "USDT"},
            ),
        ),
    ),
    "gate": _GATE,
    "mexc": Private(
        wallets=(
            Wallet("spotPrivateGetAccount", ("balances",), "asset", ("free", "locked")),
            Wallet("contractPrivateGetAccountAssets", ("data",), "currency", ("equity", "-unrealized")),
        ),
        books=(
            PositionList(
                "contractPrivateGetPositionOpenPositions", ("data",), "symbol", "holdVol", "holdAvgPrice",
                margin=("im", "oim"), side="positionType",
            ),
        ),
    ),
    "bingx": Private(
        rights=("accountV1PrivateGetAccountApiRestrictions", rights.bingx),
        settles=frozenset({"USDT", "USDC"}),
        dated=False,
        wallets=(
            Wallet("spotV1PrivateGetAccountBalance", ("data", "balances"), "asset", ("free", "locked")),
            Wallet("fundV1PrivateGetAccountBalance", ("data", "assets"), "asset", ("free", "locked")),
            Wallet("swapV3PrivateGetUserBalance", ("data",), "asset", ("balance",)),
        ),
        books=(
            PositionList(
                "swapV2PrivateGetUserPositions", ("data",), "symbol", "positionAmt", "avgPrice",
                margin=("margin", "initialMargin"), mark="markPrice", side="positionSide",
            ),
        ),
    ),
    "kucoinfutures": _KUCOIN,
    "weex": Private(
        pieces=WITH_PASSPHRASE,
        wallets=(
            Wallet("privateGetApiV3Account", ("balances",), "asset", ("free", "locked")),
            Wallet("contractPrivateGetCapiV3AccountBalance", (), "asset", ("balance",)),
        ),
        books=(
            PositionList(
                "contractPrivateGetCapiV3AccountPositionAllPosition", (), "symbol", "size", "",
                margin=("isolatedMargin", "marginSize"), side="side", value="openValue",
            ),
        ),
    ),
    "hyperliquid": Private(
        pieces=ADDRESS,
        wallets=(
            Wallet(
                "publicPostInfo", ("balances",), "coin", ("total",), {"type": "spotClearinghouseState"},
                HYPERLIQUID_TOKENS,
            ),
            Wallet(
                "publicPostInfo", ("marginSummary",), "=USDC", ("accountValue",),
                {"type": "clearinghouseState"},
            ),
        ),
        books=(
            PositionList(
                "publicPostInfo", ("assetPositions",), "position.coin", "position.szi", "position.entryPx",
                margin=("position.marginUsed",), asks={"type": "clearinghouseState"},
            ),
        ),
    ),
}  # fmt: skip
"""By ccxt id. Where `rights` is None the venue tells nothing, or the account's rights and not the key's."""
