"""What can be done after a hedge: what stands bare, and how cash would be spread."""

from collections.abc import Mapping
from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, lines, table
from bot.wording.numbers import money, percent, quantity
from core.outcome.report import Report
from core.outlook.next_steps import FALL, Bare

NOT_BARE = "Your hedge is still open"


def steps_after(found: Bare, last: Report | None) -> Markup:
    """The whole answer to /next."""
    what = "lose about" if found.loss >= 0 else "gain about"
    return lines(
        bold(f"Your {money(found.value)} of coins stand bare"),
        f"If {found.benchmark} falls {percent(FALL)}, they {what} {money(abs(found.loss))}, each by its "
        "beta. If it rises, all of the gain is yours.",
        None if last is None else _made(last),
        "You can hold them so, hedge again now, let me tell you when it falls, or buy more with what came "
        "free. I recommend none of it.",
    )


def _made(last: Report) -> str:
    hedge, coins = money(last.hedge, signed=True), money(last.spot, signed=True)
    return f"Your last hedge made {hedge}, while your coins made {coins}."


def spread_out(cash: Decimal, found: Mapping[str, tuple[Decimal, Decimal]]) -> Markup:
    """How much of each coin so much cash buys."""
    rows = [(asset[:8], money(dollars), quantity(coins)) for asset, (dollars, coins) in found.items()]
    return lines(
        bold(f"{money(cash)} at the weights that your coins have now"),
        table([("", "dollars", "coins"), *rows]),
        "At today's prices, fees not taken off. You buy; tell me with /add what you bought.",
    )
