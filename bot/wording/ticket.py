"""The orders of a hedge as steps to follow on the exchange's screen; what is to be typed can be copied."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, folded, lines
from bot.wording.numbers import chance, contracts, money, quantity
from core.hedge.plan import Hedge
from core.ticket import Ticket

BUTTONS = {"sell": "Sell / Short", "buy": "Buy / Long"}


def ticket(hedge: Hedge, placed: Sequence[Ticket], moved: Mapping[str, Decimal]) -> Markup:
    """The whole answer to /ticket. `moved`: margin to have there first, by what it is paid in."""
    if not placed:
        return lines(bold("Nothing to place: your hedge stands."))
    closes = any(one.reduce_only for one in placed)
    return lines(
        bold(_headline(sum(len(one.orders) for one in placed), hedge.venue)),
        "I place nothing: you do, on the exchange.",
        _risk(hedge),
        _transfer(placed, moved),
        *[_order(step, one) for step, one in enumerate(placed, 1)],
        folded(
            "Limit waits for your price and costs less, but prices may run away from it: if it is not filled "
            "in some minutes, ask for a new /ticket. Market fills at once and also pays half the gap between "
            "buyers and sellers.",
            "Isolated: a short can lose only its own margin. Set it, and the leverage, before the order.",
            "Costs are what to expect at today's prices and fees; closing costs about as much again.",
            "In hedge mode there is no reduce-only: press Close, never Buy." if closes else None,
        ),
    )


def _headline(orders: int, venue: str) -> str:
    if not orders:
        return "Nothing to place: the change is too small"
    return f"Place {'1 order' if orders == 1 else f'{orders} orders'} on {venue}"


def _risk(hedge: Hedge) -> str | None:
    """Shorts that are likelier to be liquidated than the target, which no step below would tell."""
    risky = [f"{leg.asset} {chance(leg.risk)}" for leg in hedge.legs if not leg.safe]
    if not risky:
        return None
    return (
        f"Warning: chance of liquidation within {hedge.wish.horizon_days} days at this leverage: "
        f"{', '.join(risky)}. Keep cash ready to add."
    )


def _transfer(placed: Sequence[Ticket], moved: Mapping[str, Decimal]) -> Markup | None:
    if not moved:
        return None
    sums = Markup(" and ").join(
        Markup("{} {}").format(_code(amount), settle) for settle, amount in moved.items()
    )
    fees = money(sum((one.urgent for one in placed if one.placeable), Decimal(0)))
    return Markup(
        "\nFirst have {} in your futures wallet: the margin. Fees come on top: up to about {}."
    ).format(sums, fees)


def _order(step: int, one: Ticket) -> Markup:
    contract = one.contract
    kind = f"future until {contract.expiry:%d %b %Y}" if contract.expiry else "perpetual"
    name = Markup("\n<b>{}.</b> {} {}{}").format(
        step,
        Markup("<code>{}</code>").format(contract.id),
        "coin-margined " if contract.inverse else "",
        kind,
    )
    if not one.placeable:
        return lines(
            name, f"Leave it: {contracts(one.count, contract)} is less than the smallest order here."
        )
    return lines(
        name,
        Markup("Margin mode: Isolated, leverage {}x").format(_code(one.leverage)) if one.leverage else None,
        Markup("Order: Limit, price {}").format(_code(one.limit)) if one.limit else _market_only(one),
        *[
            Markup("Amount: {} {}{}").format(_code(count), one.unit, f", {times} times" if times > 1 else "")
            for count, times in Counter(one.orders).items()
        ],
        _worth(one),
        f"Reduce-only: {'ON, so that it only closes' if one.reduce_only else 'off'}",
        Markup("Then press <b>{}</b>").format(BUTTONS[one.side]),
        _cost(one),
    )


def _market_only(one: Ticket) -> str:
    return f"Order: Market ({one.contract.venue} shows no bid and ask now, so no limit price)"


def _worth(one: Ticket) -> str:
    """What the amount is in coins where the screen does not count them, and in dollars."""
    contract = one.contract
    if contract.inverse:
        return f"That is {money(one.notional)} of {contract.asset}"
    coins = f"{quantity(one.count * contract.multiplier)} {contract.asset}, "
    return f"That is {'' if one.unit == contract.asset else coins}about {money(one.notional)}"


def _cost(one: Ticket) -> str:
    if one.patient is None:
        return f"Fee about {money(one.urgent)}; the gap between buyers and sellers is unknown"
    return f"Costs about {money(one.patient)}; in a hurry: Market, about {money(one.urgent)}"


def _code(amount: Decimal | None) -> Markup:
    """The exact number, to be copied: no grouping, nothing rounded."""
    text = f"{amount:f}"
    return Markup("<code>{}</code>").format(text.rstrip("0").rstrip(".") if "." in text else text)
