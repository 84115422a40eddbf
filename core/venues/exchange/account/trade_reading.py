"""A venue's lists of trades: which requests are made, page by page, and what a row says. Nothing is guessed.

What cannot be read raises NoData with the name of the venue and of the contract.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.domain.coins.asset import STABLECOINS
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.journal.merging import Traded
from core.venues.exchange.account.private import LONG, SHORT_WORDS, TradeList
from core.venues.exchange.account.private_reading import field_at, finite, rows_at

DOLLARS = STABLECOINS | {"USD", "BUSD"}


@dataclass(frozen=True, slots=True)
class Trades:
    """Trades by time, each once."""

    made: tuple[Traded, ...]
    unlisted: tuple[str, ...] = ()
    """The venue's names of contracts that were traded and are none of those known here."""


def trade_requests(
    listed: TradeList, by_name: Mapping[str, Contract], since: datetime, names: Collection[str], now: datetime
) -> Iterator[dict[str, str]]:
    """The first request of each piece of time, and of each contract where the venue wants one."""
    step = listed.span or max(now - since, timedelta(seconds=1))
    begins = [since]
    while begins[-1] + step < now:
        begins.append(begins[-1] + step)
    contracts: list[dict[str, str]] = [{}]
    if listed.by_contract is not None:
        wanted = {contract.id for contract in by_name.values() if contract.symbol in names}
        contracts = [{listed.by_contract: name} for name in sorted(wanted)]
    for begin in begins:
        asks = {listed.since: _stamp(listed, begin)}
        yield from ({**asks, **contract} for contract in contracts)


def trade_rows(name: str, listed: TradeList, answer: Any) -> Sequence[Any]:
    """The rows of one page."""
    return rows_at(name, answer, listed.rows)


def row_key(listed: TradeList, row: Any) -> str:
    """The name of a trade. Some venues count trades by contract, so its name is part of it."""
    return f"{field_at(row, listed.symbol)}:{field_at(row, listed.id)}"


def next_page(
    listed: TradeList, asks: Mapping[str, str], answer: Any, page: Sequence[Any], known: Collection[Any]
) -> dict[str, str] | None:
    """The request for the page after this one; None where there is none."""
    way, parameter, where = listed.paging
    found: object
    if way == "cursor":
        found = field_at(answer, where)
    elif way == "last":
        found = field_at(page[-1], where)
    elif way == "offset":
        found = len(known)
    else:
        found = max((str(field_at(row, listed.at)) for row in page), key=lambda text: (len(text), text))
    return {**asks, parameter: str(found)} if found not in (None, "") else None


def read_trades(
    name: str,
    pages: Iterable[tuple[TradeList, Sequence[Any]]],
    by_name: Mapping[str, Contract],
    worth: Callable[[str], Decimal | None],
) -> Trades:
    """The trades of all pages."""
    found: dict[str, Traded] = {}
    unlisted: list[str] = []
    for listed, page in pages:
        for row in page:
            if listed.skips(row):
                continue
            called = str(field_at(row, listed.symbol))
            contract = by_name.get(called)
            if contract is None:
                unlisted.append(called[:30])
                continue
            trade = _trade(name, listed, row, contract, worth)
            found[trade.id] = trade
    made = sorted(found.values(), key=lambda trade: (trade.at, trade.id))
    return Trades(tuple(made), tuple(dict.fromkeys(unlisted)))


def _trade(
    name: str, listed: TradeList, row: Any, contract: Contract, worth: Callable[[str], Decimal | None]
) -> Traded:
    count, price = finite(field_at(row, listed.count)), finite(field_at(row, listed.price))
    stamp, own = finite(field_at(row, listed.at)), field_at(row, listed.id)
    if not count or price is None or price <= 0 or stamp is None or own in (None, ""):
        raise NoData(f"{name} told of a trade in {contract.symbol} that cannot be read.")
    if listed.side is not None:
        side = str(field_at(row, listed.side) or "").lower()
        if side not in LONG | SHORT_WORDS | {"a", "b"}:
            raise NoData(f"{name} does not say whether a trade in {contract.symbol} bought or sold.")
        count = abs(count) if side in LONG or side == "b" else -abs(count)
    at = datetime.fromtimestamp(float(stamp) / (1 if listed.seconds else 1000), UTC)
    return Traded(
        row_key(listed, row),
        str(field_at(row, listed.order)),
        contract.symbol,
        count,
        price,
        at,
        _fee(name, listed, row, contract, price, worth),
        listed.reason(row),
    )


def _fee(
    name: str,
    listed: TradeList,
    row: Any,
    contract: Contract,
    price: Decimal,
    worth: Callable[[str], Decimal | None],
) -> Decimal:
    """USD paid for a trade."""
    paid = finite(field_at(row, listed.fee)) if listed.fee else None
    if not paid:
        return Decimal(0)
    coin = str(field_at(row, listed.fee_coin) or "") if listed.fee_coin else ""
    coin = coin or contract.settle
    # A fee in the coin of an inverse contract is worth what that coin cost in the trade itself.
    own = price / contract.scale if coin == contract.asset else worth(coin)
    each = Decimal(1) if coin in DOLLARS else own
    if each is None:
        raise NoData(f"{name} took a fee in {coin[:20]}, whose price I do not know now.")
    usd = paid * each
    return (-usd if listed.fee_negative else usd).quantize(Decimal("1e-12"))


def _stamp(listed: TradeList, at: datetime) -> str:
    return str(int(at.timestamp() * (1 if listed.seconds else 1000)))
