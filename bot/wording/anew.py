"""Shorts struck anew: what is taken, what it costs, and what it changes of their place in the line."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, folded, lines, listed, table
from bot.wording.numbers import contracts, money, number, price
from bot.wording.open_already import held
from bot.wording.ticket import order_steps, yours
from core.advice.anew import Anew
from core.hedge.ticket import transfers
from core.outcome.course import Key
from core.outcome.leg_standing import LegStanding


def struck(made: Sequence[Anew], scores: Mapping[Key, Decimal], refused: Sequence[str]) -> Markup:
    """The whole answer to /anew. scores: how near the front of the line each short stands by its exchange's
    own formula. refused: why others cannot be struck anew now.
    """
    if not made:
        return lines(bold("Nothing can be opened again now"), *refused)
    tickets = [ticket for each in made for ticket in (each.close.ticket, each.open)]
    return lines(
        bold(f"Close {listed([_what(each) for each in made])}"),
        "You stay hedged as before, and the profit so far is cash that nobody can take back.",
        *refused,
        *[_figures(each, scores) for each in made],
        "Buy back first, reduce-only, then sell again: in between you are not hedged.",
        _needed(made),
        yours(tickets),
        order_steps(tickets, {}),
        folded(
            "An exchange that must close positions in profit begins with those whose profit is highest for "
            "what they are worth. What was just opened has none, so it comes last. As the price goes on "
            "falling it moves up again. The new short begins at a lower price, so it is also liquidated at a "
            "lower one; add what was taken as margin to keep it as far away as it was."
        ),
    )


def nothing_in_profit(legs: Sequence[LegStanding]) -> Markup:
    """The answer where no short has a profit to take."""
    return lines(
        bold("Nothing to take: none of these shorts is in profit"),
        f"Open: {listed([held(leg) for leg in legs])}.",
        "An exchange closes those in profit first, so these come last. Closing and opening them again would "
        "only cost fees.",
    )


def too_little(each: Anew) -> str:
    """Why a short is left as it is: what it has made does not pay the two orders."""
    return (
        f"{each.close.contract.asset} has made {money(each.close.gain, signed=True)}, and both orders cost "
        f"{money(each.fees)}: leave it as it is."
    )


def _what(each: Anew) -> str:
    count = contracts(each.close.count, each.close.contract)
    return f"{count}, open it {f'on {name_of(each.open.contract.venue)}' if each.moved else 'again'}"


def _figures(each: Anew, scores: Mapping[Key, Decimal]) -> Markup:
    contract = each.close.contract
    score = scores.get((contract.venue, contract.symbol))
    rows = [
        ("profit taken" if each.close.gain >= 0 else "loss taken", money(each.close.gain, signed=True)),
        ("both orders", money(-each.fees, signed=True)),
        ("liquidated at", _price(each.close.leg.liquidation)),
        ("then at", _price(each.liquidation)),
        *([("place in line", f"{number(score)} to 0")] if score and not each.moved else []),
    ]
    return lines(f"{contract.asset} on {name_of(contract.venue)}:", table(rows))


def _price(amount: Decimal | None) -> str:
    return "never" if amount is None else price(amount)


def _needed(made: Sequence[Anew]) -> str | None:
    """The margin of what is opened: on the same exchange that of the old one comes free for it."""
    here = transfers(each.open for each in made if not each.moved)
    there = transfers(each.open for each in made if each.moved)
    parts = [
        *(
            f"Margin for it: {number(sum_)} {settle}; what the old one frees counts."
            for settle, sum_ in here.items()
        ),
        *(f"Have {number(sum_)} {settle} there first." for settle, sum_ in there.items()),
    ]
    return " ".join(parts) or None
