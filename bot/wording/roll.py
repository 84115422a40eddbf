"""Dated shorts moved to the next date: what basis did and will do, what it costs, and the orders."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.wording.already import held
from bot.wording.basis import SIGN
from bot.wording.hedge import listed
from bot.wording.layout import bold, folded, lines, table
from bot.wording.numbers import contracts, money, number
from bot.wording.ticket import steps
from core.outcome.standing import Leg
from core.roll import NEAR_EXPIRY, Roll
from core.ticket import transfers


def rolled(rolls: Sequence[Roll], refused: Sequence[str]) -> Markup:
    """The whole answer to /roll. refused: why others cannot be rolled now."""
    if not rolls:
        return lines(bold("Nothing can be rolled now"), *refused)
    tickets = [ticket for each in rolls for ticket in (each.close.ticket, each.open)]
    return lines(
        bold(f"Roll {listed([_way(each) for each in rolls])}"),
        _hurry(rolls),
        *refused,
        *map(_figures, rolls),
        "Buy back the old one first, reduce-only, then sell the next: in between you are not hedged. The "
        "margin of the old one comes free for the next.",
        "I place nothing: you do, on the exchange.",
        steps(tickets, transfers(tickets)),
        folded(
            "so far: what the old future earned you over spot since you shorted it. given up: what it would "
            "still earn to its end. next earns: what the next one earns if you hold it to its end. Minus is "
            "what you pay.",
            SIGN,
        ),
    )


def nothing_dated(legs: Sequence[Leg]) -> Markup:
    """The answer where no future with a date is open."""
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
        return f"{left}: no hurry before the last {number(NEAR_EXPIRY)}; until then the old one still earns."
    return f"{left}: roll before it ends, or you are no longer hedged."


def _figures(each: Roll) -> Markup:
    return lines(
        f"{each.close.contract.asset} on {each.close.contract.venue}, in dollars of basis:",
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
