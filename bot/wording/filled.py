"""Fills that were recorded, what is open after them, and the lines that record the rest."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.numbers import PRICE
from bot.reading.venues import by_specification, name_of
from bot.wording.alerts import turned_on
from bot.wording.layout import bold, folded, lines
from bot.wording.numbers import contracts, money, number, price
from core.domain.coins.asset import as_shown
from core.journal.fill import Fill, Terms
from core.journal.held import Held, decimal
from core.journal.order import Order, Sheet
from core.store.user.recorded import Recorded


def name(symbol: str, terms: Terms) -> str:
    """A contract as it is called here and may be typed: `ETH`, `1000PEPE`, `ETHUSD`, `ETHUSDT_260626`."""
    base, _, rest = as_shown(symbol, terms.asset).partition("/")
    quoted, _, expiry = rest.partition("-")
    quoted = quoted.split(":", maxsplit=1)[0]
    if not terms.inverse and not expiry:
        return base if quoted == "USDT" else f"{base}{quoted}"
    return f"{base}{quoted}_{expiry}" if expiry else f"{base}{quoted}"


def positions_named(held: Iterable[Held], venue: str | None) -> str:
    """The positions by name, each with its venue where one was said: `ETH on Bybit, SOL on OKX`."""
    return ", ".join(
        f"{name(each.symbol, each.terms)}{f' on {name_of(each.venue)}' if venue else ''}" for each in held
    )


def none_of(coin: str, venue: str | None) -> str:
    """Says that nothing is open in the coin that was typed, on a venue where one was said."""
    return f"You have no open position in {coin[:30]}{f' on {name_of(venue)}' if venue else ''}."


def size_text(count: Decimal, terms: Terms) -> str:
    """The size in contracts, and in coins where that is something else: `2,140 × 0.01 ETH (21.4 ETH)`."""
    said = contracts(abs(count), terms)
    if terms.inverse or terms.multiplier == 1:
        return said
    return f"{said} ({number(abs(count) * terms.multiplier)} {terms.asset})"


def fill_told(fill: Fill) -> str:
    """`sold 2,140 × 0.01 ETH (21.4 ETH) at $3,498.50`."""
    return (
        f"{'sold' if fill.count < 0 else 'bought'} {size_text(fill.count, fill.terms)} at {price(fill.price)}"
    )


def position_opened(held: Held) -> str:
    """One line of what is open."""
    side = "short" if held.count < 0 else "long"
    return (
        f"{name(held.symbol, held.terms)}: {side} {size_text(held.count, held.terms)}, "
        f"entry {price(decimal(held.entry))}, {backed_by(held)}, on {name_of(held.venue)}"
    )


def backed_by(held: Held) -> str:
    """`margin $2,500`, `margin not known`, or that the account backs it with the others there."""
    if held.pooled:
        return f"backed by the account ({held.mode})"
    return "margin not known" if held.margin is None else f"margin {money(decimal(held.margin))}"


def recorded(done: Recorded, sheet: Sheet | None, *, assumed_fees: Iterable[Fill]) -> Markup:
    """The answer to fills that were recorded. sheet: their ticket with what is filled of it. assumed_fees:
    the fills whose fees were not typed.
    """
    fills = [entry.what for entry in done.entries if isinstance(entry.what, Fill)]
    heading = f"Recorded: {fill_told(fills[0])}" if len(fills) == 1 else f"Recorded: {len(fills)} orders"
    fees = sum((fill.fee for fill in assumed_fees), Decimal(0))
    return lines(
        bold(heading),
        *([fill_told(fill) for fill in fills] if len(fills) > 1 else ()),
        *open_now(done),
        _left(sheet),
        turned_on(done.alerts),
        f"Fees counted: {money(fees)}, as expected. Paid less or more? Press Undo, and type the order again "
        "with its fee in dollars at the end: fee 1.2"
        if fees
        else None,
    )


def open_now(done: Recorded) -> list[str]:
    """What is open after a change, a line each."""
    if done.held:
        return ["Open now:", *map(position_opened, done.held)]
    if not done.ended:
        return ["Nothing is open now."]
    return ["Nothing is open now: this hedge is over. Alerts about it rest until the next one."]


def _left(sheet: Sheet | None) -> Markup | None:
    """What the ticket still lacks, as lines that can be copied and sent."""
    rest = [_copied(order, sheet) for order in sheet.orders if _missing(order, sheet)] if sheet else []
    return lines("Still to record of the ticket:", *rest) if rest else None


def _missing(order: Order, sheet: Sheet) -> Decimal:
    """How many contracts of the order are not recorded yet; never below zero."""
    return max(abs(order.count) - abs(sheet.filled(order)), Decimal(0))


def _to_type(order: Order, sheet: Sheet) -> str:
    """The line that records the rest of the order as shown."""
    count = _missing(order, sheet) or abs(order.count)
    price = PRICE if by_specification(order.venue) else _plain(order.price)
    by_contract = order.unit == "contracts" and order.terms.multiplier != 1
    counted = " contracts" if by_contract and not by_specification(order.venue) else ""
    twins = [each for each in sheet.orders if each is not order and each.symbol == order.symbol]
    side = (
        ("sold " if order.count < 0 else "bought ") if any(_other_side(order, each) for each in twins) else ""
    )
    place = f" on {order.venue}" if any(each.venue != order.venue for each in twins) else ""
    return f"/filled {side}{name(order.symbol, order.terms)} {_plain(count)}{counted} at {price}{place}"


def _other_side(order: Order, other: Order) -> bool:
    return other.venue == order.venue and other.count * order.count < 0


def _copied(order: Order, sheet: Sheet) -> Markup:
    return Markup("<code>{}</code>").format(_to_type(order, sheet))


def current(sheet: Sheet) -> Markup:
    """The newest ticket: each order with what is recorded of it."""
    return lines(
        bold(f"Your ticket of {sheet.at:%d %b, %H:%M} UTC"),
        *[_standing(order, sheet) for order in sheet.orders],
        how_to_type(sheet) if any(_missing(order, sheet) for order in sheet.orders) else None,
    )


def _standing(order: Order, sheet: Sheet) -> str:
    asked = f"{'sell' if order.count < 0 else 'buy'} {size_text(order.count, order.terms)}"
    missing = _missing(order, sheet)
    done = abs(order.count) - missing
    if not done:
        state = "nothing recorded"
    else:
        state = "all recorded" if not missing else f"{contracts(done, order.terms)} recorded"
    return f"{name(order.symbol, order.terms)}: {asked}: {state}"


def how_to_type(sheet: Sheet) -> Markup:
    """For each order that is not all recorded the line to copy, to change and to send."""
    open_orders = [order for order in sheet.orders if _missing(order, sheet)] or sheet.orders
    units = sorted({order.unit for order in open_orders if order.unit == "contracts"})
    unseen = any(by_specification(order.venue) for order in open_orders)
    return lines(
        f"Copy, put in your price for {PRICE}, and send:"
        if unseen
        else "Copy, put in your numbers, and send:",
        *_to_copy(open_orders, sheet),
        folded(
            "The first number counts coins, unless “contracts” stands behind it"
            f"{', which is what the screen there counts' if units else ''}.",
            f"You may add: {'' if unseen else 'lev 3, '}margin 2500, fee 1.2 (in dollars).",
        ),
    )


def _to_copy(orders: Sequence[Order], sheet: Sheet) -> list[Markup]:
    """The lines to send. Where some close and others open they are one piece, to be sent as one message: told
    one by one, the last that closes would end the hedge.
    """
    if len({order.leverage is None for order in orders}) < 2:
        return [_copied(order, sheet) for order in orders]
    return [Markup("<code>{}</code>").format("\n".join(_to_type(order, sheet) for order in orders))]


def to_type(sheet: Sheet, *, partly: bool, why: str | None = None) -> Markup:
    """The question after [Filled at...] or [Partly]. why: what was wrong with the last answer to it, said
    first.
    """
    return lines(bold("How much was filled?" if partly else "At what price?"), why, how_to_type(sheet))


def ask_back(fills: Sequence[Fill], doubts: Sequence[str]) -> Markup:
    """The question before fills are recorded that look wrong."""
    return lines(
        bold("Is that right? Nothing is recorded yet."),
        *doubts,
        f"I would record: {'; '.join(map(fill_told, fills))}.",
    )


def _plain(amount: Decimal) -> str:
    """The exact number as it can be typed."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
