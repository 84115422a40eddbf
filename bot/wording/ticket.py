"""Orders as steps to follow on the exchange's screen. What has to be typed there can be copied."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.backing import backing
from bot.wording.hedge_workings import risky
from bot.wording.layout import bold, folded, lines, listed
from bot.wording.numbers import chance, contracts, money, percent, quantity
from core.domain.capital.mode import POOLED
from core.hedge.afford.backed import SharedBacking
from core.hedge.hedge import Hedge
from core.hedge.ticket import Ticket

SHARED = (
    "Cross: all shorts share what lies in the account, and are liquidated together or not at all. Set it, "
    "and the leverage, before the order; the leverage only says how much can be opened."
)
"""What to know about orders that open a position in an account that all shorts share."""
BUTTONS = {"sell": "Sell / Short", "buy": "Buy / Long"}
BESTS = {"sell": "bid", "buy": "ask"}


def ticket(hedge: Hedge, placed: Sequence[Ticket], moved: Mapping[str, Decimal]) -> Markup:
    """The whole answer to /ticket. moved: the margin to have there first, by the coin or currency it is paid
    in.
    """
    if not placed:
        return lines(bold("Nothing to place: your hedge stands."))
    return lines(
        bold(_headline(sum(one.number for one in placed), name_of(hedge.venue))),
        yours(placed) if any(one.placeable for one in placed) else None,
        "This is only the change to what you have open here." if _changes(hedge) else None,
        _risk(hedge),
        backs(hedge.venue, hedge.backed) if hedge.backed else None,
        order_steps(placed, moved),
    )


def order_steps(placed: Sequence[Ticket], moved: Mapping[str, Decimal]) -> Markup:
    """What to do first, the orders one after the other, and how orders work. moved: as in `ticket`."""
    venues = {one.contract.venue for one in placed}
    closes = any(one.reduce_only for one in placed)
    opens = any(not one.reduce_only for one in placed)
    pooled = any(one.mode in POOLED for one in placed)
    screens = [SCREENS[brokered] for brokered in sorted({one.contract.brokered for one in placed})]
    return lines(
        _transfer(placed, moved),
        *[_order(step, one, elsewhere=len(venues) > 1) for step, one in enumerate(placed, 1)],
        folded(
            *[screen.orders for screen in screens],
            *([SHARED] if pooled else [screen.opening for screen in screens if opens]),
            "Costs are what to expect at today's prices and fees"
            + ("; closing costs about as much again." if opens else "."),
            *[screen.closing for screen in screens if closes],
        ),
    )


def yours(placed: Sequence[Ticket], follows: str = "with a button below") -> str:
    """Says that the user places the orders, and what comes after that."""
    return f"I place nothing: you do, {_screen(placed).where}. Then tell me, {follows}."


def warnings(placed: Sequence[Ticket]) -> list[str]:
    """What could go wrong with closing orders, for each kind of place that some of them are for."""
    return [SCREENS[brokered].warning for brokered in sorted({one.contract.brokered for one in placed})]


def _headline(orders: int, venue: str) -> str:
    if not orders:
        return "Nothing to place: the change is too small"
    return f"Place {'1 order' if orders == 1 else f'{orders:,} orders'} on {venue}"


def _changes(hedge: Hedge) -> bool:
    """Whether the plan changes positions that are open already."""
    return bool(hedge.closing) or any(leg.held for leg in hedge.legs)


def _risk(hedge: Hedge) -> str | None:
    """Names the shorts that are likelier to be liquidated than the target, which no step would tell
    otherwise.
    """
    found = [f"{leg.asset} {chance(leg.risk)}" for leg in hedge.legs if risky(leg)]
    if not found:
        return None
    words = backing(hedge.legs[0].contract)
    return (
        f"Warning: chance of {words.event} within {hedge.wish.horizon_days} days"
        f"{' at this leverage' if words.levered else ''}: {', '.join(found)}. Keep cash ready to add."
    )


def backs(venue: str, backed: SharedBacking) -> str | None:
    """What has to be set at the venue first, where coins back the shorts."""
    coins = [asset for asset, usd in backed.counted.items() if usd > 0]
    if not coins:
        return None
    return (
        f"First see that {listed(coins)} lie in your {name_of(venue)} account ({backed.called}), are not "
        "staked, and are switched on as margin."
    )


def _transfer(placed: Sequence[Ticket], moved: Mapping[str, Decimal]) -> Markup | None:
    if not moved:
        return None
    sums = Markup(" and ").join(
        Markup("{} {}").format(_code(amount), settle) for settle, amount in moved.items()
    )
    fees = money(sum((one.urgent for one in placed if one.placeable), Decimal(0)))
    return Markup("\nFirst have {} {} Fees come on top: up to about {}.").format(
        sums, _screen(placed).margin, fees
    )


def _order(step: int, one: Ticket, *, elsewhere: bool) -> Markup:
    contract = one.contract
    kind = f"future until {contract.expiry:%d %b %Y}" if contract.expiry else "perpetual"
    name = Markup("\n<b>{}.</b> {} {}{}{}").format(
        step,
        Markup("<code>{}</code>").format(contract.id),
        "coin-margined " if contract.inverse else "",
        kind,
        f" on {name_of(contract.venue)}" if elsewhere else "",
    )
    # It is shown all the same, so that nobody looks for the order that is missing.
    if not one.placeable:
        return lines(
            name, f"Leave it: {contracts(one.count, contract)} is less than the smallest order here."
        )
    return lines(name, *SCREENS[contract.brokered].asks(one), _cost(one), _spread_out(one))


def _on_exchange(one: Ticket) -> list[Markup | str | None]:
    return [
        Markup("Margin mode: {}, leverage {}x").format(
            "Cross" if one.mode in POOLED else "Isolated", _code(one.leverage)
        )
        if one.leverage
        else None,
        Markup("Order: Limit, price {}").format(_code(one.limit)) if one.limit else _market_only(one),
        *_amounts("Amount", one),
        _worth(one),
        f"Reduce-only: {'ON, so that it only closes' if one.reduce_only else 'off'}",
        Markup("Then press <b>{}</b>").format(BUTTONS[one.side]),
    ]


def _at_broker(one: Ticket) -> list[Markup | str | None]:
    price = Markup("price {}").format(_code(one.limit)) if one.limit else f"at the {BESTS[one.side]} you see"
    return [
        Markup("Side: <b>{}</b>{}").format(one.side.capitalize(), ", to close" if one.reduce_only else ""),
        *_amounts("Quantity", one),
        _worth(one),
        Markup("Order: Limit, {}").format(price),
        "Time in force: Day",
    ]


def _amounts(label: str, one: Ticket) -> list[Markup]:
    return [
        Markup("{}: {} {}{}").format(label, _code(count), one.unit, f", {times} times" if times > 1 else "")
        for count, times in one.orders
    ]


def _market_only(one: Ticket) -> str:
    return f"Order: Market ({name_of(one.contract.venue)} shows no bid and ask now, so no limit price)"


def _worth(one: Ticket) -> str:
    """The amount in coins, where the screen does not count in coins, and in dollars."""
    contract = one.contract
    if contract.inverse:
        return f"That is {money(one.notional)} of {contract.asset}"
    # Where the screen counts coins, the amount above it has said them.
    coins = f"{quantity(one.count * contract.multiplier)} {contract.asset}, "
    return f"That is {'' if one.unit == contract.asset else coins}about {money(one.notional)}"


def _cost(one: Ticket) -> str:
    if one.patient is None:
        return f"Fee about {money(one.urgent)}; the gap between buyers and sellers is unknown"
    return f"Costs about {money(one.patient)}; in a hurry: Market, about {money(one.urgent)}"


def _spread_out(one: Ticket) -> str | None:
    """How to place an order that is large for its market."""
    if one.days == 1 or one.share is None:
        return None
    each = contracts(one.count // one.days // one.contract.lot * one.contract.lot, one.contract)
    return (
        f"Large: {percent(one.share)} of what is traded in it in a day. Place it over {one.days} days, about "
        f"{each} a day, in many small orders."
    )


def _code(amount: Decimal | None) -> Markup:
    """The exact number, to be copied: without grouping, and nothing rounded."""
    text = f"{amount:f}"
    return Markup("<code>{}</code>").format(text.rstrip("0").rstrip(".") if "." in text else text)


@dataclass(frozen=True, slots=True)
class Screen:
    """How one kind of place to trade asks for an order, and what has to be known about it."""

    where: str
    """Where the orders are placed."""
    margin: str
    """Stands after the amount that has to be there first."""
    asks: Callable[[Ticket], list[Markup | str | None]]
    """The lines of one order, in the order in which the screen asks for them."""
    orders: str
    """What to know about the types of orders."""
    opening: str
    """What to know about orders that open a position."""
    closing: str
    """What to know about orders that close one."""
    warning: str
    """What a closing order could do wrong."""


SCREENS = {
    False: Screen(
        where="on the exchange",
        margin="in your futures wallet: the margin.",
        asks=_on_exchange,
        orders="Limit waits for your price and costs less, but prices may run away from it: if it is not "
        "filled in some minutes, ask for a new ticket. Market fills at once and also pays half the gap "
        "between buyers and sellers.",
        opening="Isolated: a short can lose only its own margin. Set it, and the leverage, before the order.",
        closing="If your account is in hedge mode (long and short apart), there is no reduce-only: press "
        "Close, never Buy.",
        warning="Tick reduce-only on every order: a plain Buy of too many, or a second time, would open a "
        "long, and then you would lose twice in a fall.",
    ),
    True: Screen(
        where="at your broker",
        margin="of cash at your broker: what I assume to be enough; the broker says what it asks.",
        asks=_at_broker,
        orders="What the future trades at is not known here, so take the price from your broker's screen: a "
        "limit at the bid sells at once, one at the ask buys at once, one between them waits. Market fills "
        "at any price, which in quiet hours may be far off.",
        opening="Day: what is not filled by the end of the session is dropped. GTC keeps the order until you "
        "cancel it. There is no leverage to set: your broker blocks cash for the short.",
        closing="Buying back the same contract closes it; a broker has no reduce-only.",
        warning="Buy, to close: exactly so many of the same contract, and once. More would open a long, and "
        "then you would lose twice in a fall.",
    ),
}
"""By whether a contract is traded through a broker (True) or at an exchange (False)."""


def _screen(placed: Sequence[Ticket]) -> Screen:
    """The kind of place that these orders are for; an exchange where they are for both kinds."""
    return SCREENS[all(one.contract.brokered for one in placed)]
