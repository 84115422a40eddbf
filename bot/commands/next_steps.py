"""/next: what can be done once a hedge is over: hold, hedge again later, or buy with what came free."""

from decimal import Decimal

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.hedges.planning import check_moving, valued
from bot.hedges.reporting import report_of
from bot.reading.numbers import parse_number
from bot.wording.layout import bold, lines
from bot.wording.next_steps import NOT_BARE, spread_out, steps_after
from bot.wording.reply import Button, Reply, row
from core.domain.coins.asset import MAJORS
from core.domain.errors import BadInput, CannotHedge, HedgeError
from core.hedge.study import study
from core.outcome.report import Report
from core.outlook.next_steps import bought, left_bare
from core.store.user.topic import Question

LOWER = (10, 20)
"""Percent below the price of now at which an alert is offered."""
ASK = "/next buy"


async def _next(asked: Asked) -> Reply:
    match [word.lower() for word in asked.words]:
        case []:
            return await _steps(asked.desk)
        case ["buy"]:
            await asked.desk.topic.ask(Question(ASK, ASK))
            return Reply(lines("How many dollars? For example 5000"), fresh=True, asks=ASK)
        case ["buy", amount]:
            return await _buy(asked.desk, parse_number(amount.removeprefix("$"), money=True))
    raise BadInput("Type /next alone, or /next buy 5000 for how much of each coin so much cash buys.")


async def _steps(desk: Desk) -> Reply:
    if await desk.open_positions():
        return Reply(lines(bold(NOT_BARE)), (row({"Positions": "/positions", "Take it off": "/exit"}),))
    snapshot, worth = await valued(desk)
    check_moving(worth, snapshot.venue)
    measured = await in_thread(study, worth, MAJORS, snapshot, desk.now.date())
    benchmark = next((asset for asset in MAJORS if asset in measured.sample.measured), None)
    if benchmark is None:
        raise CannotHedge("BTC and ETH have too little price history to measure your coins by.")
    found = left_bare(measured, benchmark, snapshot.price(benchmark, desk.now))
    below = f"/alert price {benchmark} below"
    alerts = {
        f"Tell me at -{lower}%": f"{below} {_rounded(found.price * (100 - lower) / 100)}" for lower in LOWER
    }
    return Reply(
        steps_after(found, await _last(desk)),
        (
            row({"Hedge again": "/hedge", "Hold": "/portfolio"}),
            row(alerts),
            (Button("Buy with cash", ASK),),
        ),
    )


async def _last(desk: Desk) -> Report | None:
    """The report of the newest hedge; None where there is none, or it cannot be made now."""
    newest = await desk.ledger.latest()
    if newest is None or newest.ended is None:
        return None
    try:
        return await report_of(desk, newest.number)
    except HedgeError:
        return None


async def _buy(desk: Desk, cash: Decimal) -> Reply:
    if cash <= 0:
        raise BadInput("Type how many dollars, above zero: /next buy 5000")
    snapshot, worth = await valued(desk)
    check_moving(worth, snapshot.venue)
    return Reply(spread_out(cash, bought(worth, cash)), (row({"Next": "/next", "Portfolio": "/portfolio"}),))


def _rounded(price: Decimal) -> str:
    """Three figures, as a limit that is read at a glance."""
    return f"{price.quantize(Decimal(1).scaleb(max(price.adjusted() - 2, -8))).normalize():f}"


command = Command(
    "next",
    "after a hedge: hold, hedge again, buy",
    _next,
    "/next",
    {
        "/next": "what stands bare, and what you can do",
        "/next buy 5000": "how much of each coin so much cash buys at today's weights",
    },
)
