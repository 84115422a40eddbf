"""Dated shorts moved to a later date: what basis has made and will make, what the move
costs, and the orders.
"""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.backing import backing
from bot.wording.basis import SIGN
from bot.wording.layout import bold, folded, lines, listed, table
from bot.wording.numbers import contracts, money, number
from bot.wording.open_already import held
from bot.wording.ticket import order_steps, yours
from core.advice.roll import NEAR_EXPIRY, Roll
from core.hedge.ticket import Ticket, transfers
from core.outcome.leg_standing import LegStanding


def rolled(rolls: Sequence[Roll], refused: Sequence[str]) -> Markup:
    """The whole answer to /roll. refused: why other futures cannot be moved now."""
    if not rolls:
        return lines(bold("Nothing can be rolled now"), *refused)
    tickets = [ticket for each in rolls for ticket in (each.close.ticket, each.open)]
    brokered = all(one.contract.brokered for one in tickets)
    return lines(
        bold(f"Roll {listed([_way(each) for each in rolls])}"),
        _hurry(rolls),
        *refused,
        *map(_figures, rolls),
        f"Buy back the old one first{'' if brokered else ', reduce-only'}, then sell the next: in between "
        "you are not hedged.",
        _needed(tickets),
        yours(tickets),
        order_steps(tickets, {}),
        folded(
            "so far: what the old future earned you over spot since you shorted it. given up: what it would "
            "still earn to its end. next earns: what the next one earns if you hold it to its end. Minus is "
            "what you pay.",
            SIGN,
        )
        if any(map(_known_gap, rolls))
        else None,
    )


def nothing_dated(legs: Sequence[LegStanding]) -> Markup:
    """The answer where no dated future is open."""
    return lines(
        bold("Nothing to roll: what you are short has no end date"),
        f"Open: {listed([held(leg) for leg in legs])}.",
        "Perpetuals stay open until you close them. /basis compares them with dated futures.",
    )


def _way(each: Roll) -> str:
    count = contracts(each.close.count, each.close.contract)
    return f"{count} from {_ends(each.close.contract.expiry)} to {_ends(each.next.expiry)}"


def _ends(expiry: object) -> str:
    return f"{expiry:%d %b}"


def _hurry(rolls: Sequence[Roll]) -> str:
    days = min(each.days for each in rolls)
    left = f"{days:.1f} days left"
    if days > NEAR_EXPIRY:
        earns = all(each.given_up is not None and each.given_up > 0 for each in rolls)
        return (
            f"{left}: no hurry before the last {number(NEAR_EXPIRY)}"
            f"{'; until then the old one still earns' if earns else ''}."
        )
    return f"{left}: roll before it ends, or you are no longer hedged."


def _needed(tickets: Sequence[Ticket]) -> str | None:
    """The margin that the new contracts need. That of the old ones comes free, so both are never needed at
    once.
    """
    sums = [f"{number(amount)} {settle}" for settle, amount in transfers(tickets).items()]
    if not sums:
        return None
    needed = backing(tickets[-1].contract).needed
    return f"{needed} for the next: {' and '.join(sums)}. What the old one frees counts towards it."


def _known_gap(each: Roll) -> bool:
    """Whether the price over the coin is known of any of the futures."""
    return any(amount is not None for amount in (each.earned, each.given_up, each.ahead))


def _figures(each: Roll) -> Markup:
    where = f"{each.close.contract.asset} on {name_of(each.close.contract.venue)}"
    if not _known_gap(each):
        return lines(
            f"{where}: both orders cost about {money(each.fees)}. What the futures trade at is not known "
            "here: compare both on your screen. The dearer the next one is, the more it pays you, the short."
        )
    return lines(
        f"{where}: what the gap between future and coin makes, and the orders cost:",
        table(
            [
                ("so far", _known(each.earned)),
                ("given up", _known(None if each.given_up is None else -each.given_up)),
                ("next earns", _known(each.ahead)),
                ("both orders", money(-each.fees, signed=True)),
            ]
        ),
    )


def _known(amount: Decimal | None) -> str:
    return "not known" if amount is None else money(amount, signed=True)
