"""/cost: what a hedge costs to have, over its horizon and over a year."""

from bot.desk.command import Asked, Command
from bot.hedges.last_shown import planned_or_last_shown
from bot.reading.wishes import same
from bot.wording.cost import cost_message
from bot.wording.reply import Reply, row
from core.outlook.premium import premium


async def _cost(asked: Asked) -> Reply:
    desk = asked.desk
    hedge, words = await planned_or_last_shown(desk, asked.words)
    perpetuals = [leg.contract.symbol for leg in hedge.legs if leg.contract.perpetual]
    known = await desk.funding_records(perpetuals)
    statement = premium(hedge, await desk.snapshot(), known, desk.now)
    again = same(hedge, words)
    funding = {"Funding": f"/funding{again}", "Perpetual or dated?": f"/basis{again}"} if perpetuals else {}
    return Reply(
        cost_message(statement, own_fee=hedge.wish.fee is not None),
        (row({**funding, "Hedge": f"/hedge{again}"}),),
    )


command = Command("cost", "what a hedge costs: fees, spread, funding", _cost, "/cost 50% ETH 30d")
