"""/beta: the portfolio's beta to one coin, by every way of measuring it."""

from bot.desk.coin_names import coin_today
from bot.desk.command import Asked, Command
from bot.desk.threads import in_thread
from bot.hedges.planning import valued
from bot.wording.beta import opinions
from bot.wording.reply import Button, Reply
from core.domain.coins.asset import MAJORS
from core.domain.coins.names import ticker_of
from core.domain.errors import BadInput, CannotHedge
from core.hedge.study import study
from core.outlook.second_opinion import second_opinion


async def _beta(asked: Asked) -> Reply:
    desk, words = asked.desk, asked.words
    if len(words) > 1:
        raise BadInput("Name one coin to measure against: /beta ETH")
    benchmark = await coin_today(desk, ticker_of(words[0])) if words else "BTC"
    snapshot, worth = await valued(desk, benchmark)
    if not worth.moving:
        raise BadInput("None of your coins has a price that moves here, so there is no beta. See /portfolio.")
    wanted = dict.fromkeys([*MAJORS, benchmark])
    measured = await in_thread(study, worth, wanted, snapshot, desk.now.date())
    if benchmark not in measured.sample.measured:
        raise CannotHedge(f"{benchmark} has too little price history to measure against. Try /beta BTC")
    others = [coin for coin in MAJORS if coin != benchmark]
    return Reply(
        opinions(await in_thread(second_opinion, measured, benchmark), benchmark),
        (
            tuple(Button(f"To {coin}", f"/beta {coin}") for coin in others),
            (Button(f"Hedge with {benchmark}", f"/hedge {benchmark}"), Button("Exposure", "/exposure")),
        ),
    )


command = Command("beta", "your beta, measured in many ways", _beta, "/beta ETH")
