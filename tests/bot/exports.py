"""Headings of real exports, each with rows invented for it, and what may be read of them.

The headings are as the programs write them; every row is made up. A table of what is held gives its coins;
every other gives what its refusal is about, by a key of REFUSALS.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Export:
    """An export: whose, its heading and its rows, cells parted by a bar, and what is to come of it."""

    whose: str
    heading: str
    rows: tuple[str, ...]
    held: tuple[str, ...] = ()
    refused: str = ""


HAPPENED = tuple(
    Export(whose, heading, tuple(rows), refused="happened")
    for whose, heading, *rows in (
        (
            "Binance spot trades",
            "Date(UTC)|Pair|Side|Price|Executed|Amount|Fee",
            "2025-03-01 10:00:00|SOLUSDT|BUY|140|60SOL|8400USDT|8.4USDT",
            "2025-03-02 10:00:00|SOLUSDT|SELL|150|45SOL|6750USDT|6.7USDT",
        ),
        (
            "Binance trades, older",
            "Date(UTC)|Market|Type|Price|Amount|Total|Fee|Fee Coin",
            "2021-03-01 10:00:00|ETHUSDT|BUY|1400|2|2800|2.8|USDT",
        ),
        (
            "Binance statement",
            "User_ID|UTC_Time|Account|Operation|Coin|Change|Remark",
            "1|2025-03-01 10:00:00|Spot|Buy|SOL|60|",
            "1|2025-03-02 10:00:00|Spot|Sell|SOL|-45|",
        ),
        (
            "Binance deposits",
            "Date(UTC)|Coin|Network|Amount|TransactionFee|Address|TXID|SourceAddress|PaymentID|Status",
            "2025-03-01 10:00:00|ETH|ETH|2|0|0x00|0x01||| Completed",
        ),
        (
            "Binance US",
            "User_Id|Time|Category|Operation|Order_Id|Transaction_Id|Primary_Asset|"
            "Realized_Amount_For_Primary_Asset",
            "1|2025-03-01 10:00:00|Spot Trading|Buy|1|2|SOL|60",
        ),
        (
            "Bybit spot orders",
            "Spot Pairs|Order Type|Direction|Filled Value|Filled Price|Filled Quantity|Fees|"
            "Transaction ID|Order No.",
            "SOLUSDT|Market|BUY|8400|140|60|0.06|1|2",
        ),
        (
            "Bybit account",
            "Uid|Currency|Contract|Type|Direction|Quantity|Position|Filled Price|Funding|Fee Paid|Change|"
            "Wallet Balance|Action|OrderId|TradeId|Time",
            "1|SOL||TRADE|BUY|60||140|0|0|60|60|OPEN|1|2|10:00 2025-03-01",
        ),
        (
            "OKX trading history",
            "id|Order id|Time|Trade Type|Instrument|Action|Amount|Trading Unit|Filled Price|"
            "PnL|Fee|Fee Unit|Balance",
            "1|2|2025-03-01 10:00:00|Spot|SOL-USDT|buy|60|SOL|140|0|0.06|SOL|60",
        ),
        (
            "OKX funding",
            "id|Time|Type|Amount|Before Balance|After Balance|Symbol",
            "1|2025-03-01 10:00:00|Deposit|60|0|60|SOL",
        ),
        (
            "Kraken ledgers",
            "txid|refid|time|type|subtype|aclass|asset|wallet|amount|fee|balance",
            "L1|R1|2025-03-01 10:00:00|deposit||currency|SOL|spot|60|0|60",
            "L2|R2|2025-03-02 10:00:00|withdrawal||currency|SOL|spot|45|0|15",
        ),
        (
            "Kraken trades",
            "txid|ordertxid|pair|time|type|ordertype|price|cost|fee|vol|margin|misc|ledgers",
            "T1|O1|SOL/USD|2025-03-01 10:00:00|buy|market|140|8400|8.4|60|0||L1",
        ),
        (
            "Coinbase",
            "ID|Timestamp|Transaction Type|Asset|Quantity Transacted|Price Currency|"
            "Price at Transaction|Subtotal|"
            "Total (inclusive of fees and/or spread)|Fees and/or Spread|Notes",
            "a1|2025-03-01 10:00:00 UTC|Buy|SOL|60|USD|$140|$8400|$8500|$100|Bought 60 SOL",
        ),
        (
            "Coinbase Pro fills",
            "portfolio|trade id|product|side|created at|size|size unit|price|fee|total|price/fee/total unit",
            "default|1|SOL-USD|BUY|2025-03-01T10:00:00Z|60|SOL|140|8.4|-8408.4|USD",
        ),
        (
            "Coinbase Pro account",
            "portfolio|type|time|amount|balance|amount/balance unit|transfer id|trade id|order id",
            "default|match|2025-03-01T10:00:00Z|60|60|SOL||1|2",
        ),
        (
            "KuCoin spot orders",
            "UID|Account Type|Order ID|Order Time(UTC+08:00)|Symbol|Side|Order Type|Order Price|Order Amount|"
            "Avg. Filled Price|Filled Amount|Filled Volume|Fee|Fee Currency|Status",
            "****1|mainAccount|1|2025-03-01 10:00:00|SOL-USDT|BUY|MARKET|0|60|140|60|8400|8.4|USDT|deal",
        ),
        (
            "KuCoin deposits",
            "Time(UTC)|Remarks|Status|Fee|Amount|Coin|Transfer Network",
            "2025-03-01 10:00:00|Deposit|SUCCESS|0|60|SOL|SOL",
        ),
        (
            "Gate account book",
            "no|time|action_desc|action_data|type|change_amount|amount|total",
            "1|2025-03-01 10:00:00|Order Filled|2|SOL|60|0|60",
        ),
        (
            "Gate trades",
            "No|Time|Trade Type|Pair|Price|Amount|Fee|Total",
            "1|2025-03-01 10:00:00|Buy|SOL/USDT|140|60|0.06|8400",
        ),
        (
            "MEXC spot orders",
            "Pairs|Time|Side|Filled Price|Executed Amount|Total|Fee|Role",
            "SOL_USDT|2025-03-01 10:00:00|BUY|140|60|8400|4.2|Taker",
        ),
        ("Bitget", "Order|Date|Coin|Type|Amount|Fee|Balance", "1|2025-03-01 10:00:00|SOL|Buy|60|0|60"),
        (
            "BingX",
            "Time(UTC+8)|Pair|Type|DealPrice|Quantity|Amount|Fee|Fee Coin",
            "2025-03-01 10:00:00|SOL-USDT|Buy|140|60|8400|0.06|SOL",
        ),
        (
            "HTX",
            "Time|Type|Pair|Side|Price|Amount|Total|Fee",
            "2025-03-01 10:00:00|Exchange|SOL/USDT|Buy|140|60|1|0",
        ),
        (
            "CoinGecko transactions",
            "Transaction Type|Coin|Quantity|Price Per Coin|Fees|Date & Time|Notes",
            "Buy|SOL|60|140|0|2025-03-01 10:00|",
        ),
        (
            "CoinMarketCap transactions",
            "Date (UTC+0:00)|Token|Type|Price (USD)|Amount|Total value (USD)|Fee|Fee Currency|Notes",
            "2025-03-01 10:00:00|SOL|buy|140|60|8400|0||",
        ),
        (
            "Delta",
            "Date|Way|Base amount|Base currency (name)|Base type|Quote amount|Quote currency|"
            "Exchange|Fee amount",
            "2025-03-01 10:00:00|BUY|60|SOL (Solana)|CRYPTO|8400|USD||0",
        ),
        (
            "Koinly",
            "Date|Sent Amount|Sent Currency|Received Amount|Received Currency|Fee Amount|Fee Currency|"
            "Net Worth Amount|Net Worth Currency|Label|Description|TxHash",
            "2025-03-01 10:00 UTC|8400|USD|60|SOL|8|USD|8400|USD|||",
        ),
        (
            "CoinTracking trades",
            "Type|Buy|Cur.|Sell|Cur.|Fee|Cur.|Exchange|Group|Comment|Date",
            "Trade|60|SOL|8400|USD|8|USD|Kraken|||01.03.2025 10:00",
        ),
        (
            "CoinTracking in German",
            "Typ|Kauf|Cur.|Verkauf|Cur.|Gebühr|Cur.|Börse|Gruppe|Kommentar|Datum",
            "Trade|60|SOL|8400|USD|8|USD|Kraken|||01.03.2025 10:00",
        ),
        (
            "rotki events",
            "timestamp|location|event_type|event_subtype|asset|amount|usd_value|notes",
            "2025-03-01 10:00:00|kraken|trade|receive|SOL|60|8400|",
        ),
        (
            "ghostfolio",
            "Date|Code|DataSource|Currency|Price|Quantity|Action|Fee|Note",
            "01-03-2025|SOLUSD|YAHOO|USD|140|60|buy|0|",
        ),
        (
            "ghostfolio without dates",
            "Code|Currency|Price|Quantity|Action",
            "SOLUSD|USD|140|60|buy",
        ),
        (
            "Revolut",
            "Symbol|Type|Quantity|Price|Value|Fees|Date",
            "SOL|Buy|60|$140.00|$8400|$0.00|Mar 1, 2025, 10:00:00 AM",
            "SOL|Sell|45|$150.00|$6750|$0.00|Mar 2, 2025, 10:00:00 AM",
        ),
        (
            "Bitpanda",
            "Transaction ID|Timestamp|Transaction Type|In/Out|Amount Fiat|Fiat|Amount Asset|"
            "Asset|Asset market price|"
            "Asset market price currency|Asset class|Product ID|Fee|Fee asset|Spread|Spread Currency",
            "T1|2025-03-01T10:00:00+01:00|buy|outgoing|8400|EUR|60|SOL|140|EUR|Cryptocurrency|5|-|-|-|-",
        ),
        (
            "Ledger Live operations",
            "Operation Date|Status|Currency Ticker|Operation Type|Operation Amount|"
            "Operation Fees|Operation Hash|"
            "Account Name|Account xpub|Countervalue Ticker|Countervalue at Operation Date",
            "2025-03-01T10:00:00.000Z|Confirmed|SOL|IN|60|0|h1|Solana 1|x1|USD|8400",
        ),
        (
            "Trezor Suite",
            "Timestamp|Date|Time|Type|Transaction ID|Fee|Fee unit|Address|Label|Amount|"
            "Amount unit|Fiat (USD)|Other",
            "1740823200|01.03.2025|10:00:00|RECV|t1|||a1||2|ETH|7000|",
        ),
        (
            "Crypto.com",
            "Timestamp (UTC)|Transaction Description|Currency|Amount|To Currency|To Amount|Native Currency|"
            "Native Amount|Native Amount (in USD)|Transaction Kind|Transaction Hash",
            "2025-03-01 10:00:00|Buy SOL|SOL|60|||USD|8400|8400|crypto_purchase|",
        ),
        (
            "Bitstamp",
            "Type|Datetime|Account|Amount|Value|Rate|Fee|Sub Type",
            "Market|Mar. 01, 2025, 10:00 AM|Main|60 SOL|8400 USD|140 USD|8 USD|Buy",
        ),
        (
            "Bitfinex",
            "#|PAIR|AMOUNT|PRICE|FEE|FEE PERC|FEE CURRENCY|DATE|ORDER ID",
            "1|SOL/USD|60|140|0.1|0.2|SOL|01-03-25 10:00:00|2",
        ),
        (
            "Nexo",
            "Transaction|Type|Input Currency|Input Amount|Output Currency|Output Amount|"
            "USD Equivalent|Details|Date / Time",
            "N1|Deposit|SOL|60|SOL|60|$8400|approved|2025-03-01 10:00:00",
        ),
        (
            "Etherscan",
            "Txhash|Blockno|UnixTimestamp|DateTime (UTC)|From|To|ContractAddress|"
            "Value_IN(ETH)|Value_OUT(ETH)",
            "0x01|1|1740823200|2025-03-01 10:00:00|0x0a|0x0b||2|0",
        ),
        (
            "Etherscan tokens",
            "Token Name|Symbol|Contract Address|Quantity|Price|Value",
            "Chainlink|LINK|0x514910771af9ca656af840dff83e8264ecf986ca|60|14|840",
        ),
        (
            "Gemini",
            "Date|Time (UTC)|Type|Symbol|Specification|Liquidity Indicator|USD Amount USD|"
            "Fee (USD) USD|SOL Amount SOL",
            "2025-03-01|10:00:00|Buy|SOLUSD|Market|Taker|-8400|-8|60",
        ),
        (
            "Exodus",
            "DATE|TYPE|FROMPORTFOLIO|TOPORTFOLIO|OUTAMOUNT|OUTCURRENCY|FEEAMOUNT|INAMOUNT|INCURRENCY",
            "2025-03-01 10:00|exchange|a|b|8400|USDT|1|60|SOL",
        ),
        (
            "Robinhood",
            "Activity Date|Process Date|Settle Date|Instrument|Description|Trans Code|Quantity|Price|Amount",
            "3/1/2025|3/1/2025|3/1/2025|SOL|Solana|Buy|60|$140|$8400",
        ),
        ("side alone", "Coin|Side|Amount", "SOL|Long|60"),
        ("kind alone", "Coin|Kind|Amount", "SOL|a|60"),
        ("a heading in no known language, and dates", "Coin|Amount|Tarehe", "SOL|60|2025-03-01"),
        ("a heading in no known language, and deeds", "Coin|Amount|Aina", "SOL|60|Sell"),
    )
)

FUTURES = tuple(
    Export(whose, heading, tuple(rows), refused="futures")
    for whose, heading, *rows in (
        (
            "Binance futures positions",
            "Symbol|Size|Entry Price|Break Even Price|Mark Price|Liq.Price|Margin Ratio|Margin|PNL(ROE %)",
            "SOLUSDT|60|140|141|150|100|1.5%|840|600",
        ),
        (
            "Bybit positions",
            "Symbol|Qty|Value|Entry Price|Mark Price|Liq. Price",
            "SOLUSDT|60|8400|140|150|100",
        ),
        ("Hyperliquid", "Coin|Size|Position Value|Entry Price|Mark Price|Leverage", "SOL|60|8400|140|150|5"),
    )
)

UNCLEAR = (
    Export("Code beside Currency", "Code|Currency|Price|Quantity", ("SOLUSD|USD|140|60",), refused="coin"),
    Export("Pair beside Currency", "Pair|Currency|Price|Amount", ("SOL/USD|USD|140|60",), refused="coin"),
    Export("Product beside Currency", "Product|Currency|Price|Size", ("SOL-USD|USD|140|60",), refused="coin"),
    Export("Instrument", "Instrument|Currency|Cost|Quantity", ("SOL-USD|USD|140|60",), refused="coin"),
    Export("Base", "Base|Currency|Price|Quantity", ("SOL|USD|140|60",), refused="coin"),
    Export("no coin at all", "Wallet|Amount", ("Ledger|60",), refused="coin"),
    Export("total of what", "Coin|Price|Total", ("SOL|140|8400",), refused="number"),
    Export("a value in euros", "Coin|Value (EUR)", ("SOL|8400",), refused="number"),
    Export("prices only", "Coin|Price|24h %", ("SOL|140|2",), refused="number"),
    Export("no known number", "Coin|Wallet|Kiasi", ("SOL|Ledger|60",), refused="number"),
    Export("two balances", "Coin|Amount|Balance", ("SOL|60|45",), refused="either"),
    Export("amount or total", "Coin|Amount|Total", ("SOL|60|75",), refused="either"),
    Export("two coins", "Asset|Coin|Amount", ("SOL|ETH|60",), refused="either"),
    Export("a margin account", "Coin|Total|Borrowed|Net", ("SOL|60|45|15",), refused="debts"),
    Export(
        "a coin twice beside what nobody knows",
        "Coin|Amount|Hali",
        ("SOL|60|aa", "SOL|45|bb"),
        refused="several rows",
    ),
)

HELD = tuple(
    Export(whose, heading, (row, *rows), (meant,) if isinstance(meant, str) else meant)
    for whose, heading, meant, row, *rows in (
        (
            "Binance balances",
            "Coin|Total|Available|In Order|BTC Value",
            "SOL 60",
            "SOL|60|60|0|0.15",
            "ADA|0|0|0|0",
        ),
        ("Binance overview", "Asset|Total|Available|USDT value", "SOL 60", "SOL|60|45|5000"),
        ("Binance spot", "Coin|Amount|Coin Price|Today's PnL", "SOL 60", "SOL|60|140|1.5"),
        ("free and locked", "Asset|Free|Locked", "SOL 60", "SOL|45|15"),
        ("Bybit", "Coin|Equity|Available Balance|Price", "SOL 60", "SOL|60|45|140"),
        ("OKX", "Token|Total|Available|In use", "SOL 60", "SOL|60|45|15"),
        ("KuCoin", "Currency|Balance|Available|Hold", "SOL 60", "SOL|60|45|15"),
        ("Kraken", "Asset|Balance|Value (USD)", "SOL 60", "SOL|60|8400"),
        ("Gate", "Currency|Available|Freeze", "SOL 60", "SOL|45|15"),
        ("CoinGecko", "#|Coin|Price|1h|24h|7d|Holdings|PNL", "SOL 60", "1|SOL|$140|1%|2%|3%|60|$600"),
        (
            "CoinMarketCap",
            "Name|Symbol|Price|24h %|Holdings|Avg. Buy Price|Profit/Loss",
            "SOL 60",
            "Solana|SOL|$140|2%|60|$120|$1200",
        ),
        ("CoinTracking balance", "Coin|Amount|Value in USD|Price", "SOL 60", "SOL|60|8400|140"),
        ("rotki balances", "asset|amount|usd_value|location", "SOL 60", "SOL|60|8400|kraken"),
        ("rotki snapshot", "Location|Asset Symbol|Amount|USD Value", "SOL 60", "kraken|SOL|60|8400"),
        ("Delta overview", "Name|Ticker|Holdings|Market Value (USD)", "SOL 60", "Solana|SOL|60|8400"),
        ("Koinly", "Asset|Quantity|Cost (USD)|Market Value (USD)|ROI", "SOL 60", "SOL|60|7000|8400|20%"),
        (
            "ghostfolio holdings",
            "Name|Symbol|Quantity|Market Price|Allocation",
            "SOL 60",
            "Solana|SOL|60|140|50%",
        ),
        ("Bitpanda", "Asset name|Asset|Balance|Value EUR", "SOL 60", "Solana|SOL|60|7500"),
        ("Ledger Live", "Asset|Price|Allocation|Amount|Value", "SOL 60", "Solana (SOL)|$140|50%|60|$8400"),
        ("Trezor", "Coin|Balance|Value (USD)", "SOL 60", "SOL|60 SOL|8400"),
        ("DeBank", "Token|Price|Amount|USD Value", "SOL 60", "SOL|$140|60|$8400"),
        ("Coinbase", "Asset|Price|Total balance|Allocation", "SOL 60", "SOL|$140|60|50%"),
        ("Crypto.com", "Coin|Balance (SOL)|Balance", "SOL 60", "SOL|1|60"),
        ("in German", "Kryptowährung|Bestand|Kurs|Wert", "SOL 60", "SOL|60|120|7200"),
        ("dollars only", "Coin|Value (USD)", "SOL $8400", "SOL|8400"),
        ("dollars and share", "Asset|Spot Value (USD)|Percentage (%)", "SOL $8400", "Solana (SOL)|8,400|30%"),
        ("two wallets", "Coin|Wallet|Balance", ("SOL 45", "SOL 15"), "SOL|Ledger|45", "SOL|Kraken|15"),
        ("small amounts", "Coin|Amount", "ETH 0.00000366", "ETH|3.66E-06"),
        ("spaces for thousands", "Coin|Quantity", "SHIB 1250000", "SHIB|1 250 000"),
    )
)

EXPORTS = (*HAPPENED, *FUTURES, *UNCLEAR, *HELD)
REFUSALS = {
    "happened": "list of what happened",
    "futures": "list of futures positions",
    "debts": "what you owe",
    "coin": "No column says which coin",
    "number": "No column says how many",
    "either": "cannot tell which column",
    "several rows": "stands in several rows",
}
