"""/picture: what is easier to look at than to read."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from markupsafe import escape

from bot.desk.coin_names import coin_today
from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.hedges.last_shown import planned_or_last_shown
from bot.hedges.open_hedge import OpenHedge, open_hedge
from bot.hedges.planning import valued
from bot.hedges.reporting import report_of
from bot.picture.bars import (
    CoinShare,
    RoomToRise,
    StatedRange,
    liquidation_bars,
    portfolio_bars,
    report_bars,
    split_bars,
)
from bot.picture.falls import hedged_and_bare
from bot.picture.paths import funding_path, rolling_beta
from bot.reading.venues import name_of
from bot.wording.layout import bold, lines
from bot.wording.numbers import price
from bot.wording.reply import Picture, Reply, row
from core.domain.coins.asset import MAJORS
from core.domain.coins.names import ticker_of
from core.domain.errors import BadInput, NoData
from core.hedge.study import Study, study
from core.measure.risk import variance_shares

SINCE = timedelta(days=180)
"""How far back funding is shown."""
LEAST_SETTLEMENTS = 3
NO_HEDGE = "You have no open hedge, so there is nothing to draw. /hedge plans one."
FORM = "/picture portfolio"
CALLED = {
    "bare swing": "without the hedge",
    "swing": "with the hedge",
    "bare fall": "fall, without it",
    "fall": "fall, with it",
    "funding": "funding",
}
"""What ranges are called on the card."""


async def _of_portfolio(desk: Desk, words: list[str]) -> Picture:
    """Each coin's share of the worth and of the risk."""
    _no_more(words, "portfolio")
    measured = await _study(desk, "BTC")
    shares = variance_shares(measured.covariance, measured.weights)
    risks = dict(zip(measured.sample.assets, map(float, shares), strict=True))
    worth = measured.exposure
    rows = [
        CoinShare(each.asset, float(each.value / worth.value), risks.get(each.asset, 0.0))
        for each in worth.holdings
    ]
    return portfolio_bars(float(worth.value), rows)


async def _of_hedge(desk: Desk, words: list[str]) -> Picture:
    """The hedge of these words, or the one shown last, against falls and rises."""
    hedge, _ = await planned_or_last_shown(desk, words)
    return await in_thread(hedged_and_bare, hedge)


async def _of_liquidation(desk: Desk, words: list[str]) -> Picture:
    """How far each open short is from its liquidation."""
    _no_more(words, "liquidation")
    legs = [leg for leg in (await _open(desk)).legs if leg.side < 0 and leg.quote is not None]
    known = [leg for leg in legs if leg.margin_known]
    if not known:
        raise NoData("No open short has both a price now and a known margin, so no distance is known.")
    rooms = [
        RoomToRise(
            leg.held.symbol.partition("/")[0],
            float(leg.distance) if leg.distance is not None else None,
            (price(leg.quote.mark), price(leg.liquidation) if leg.liquidation else ""),
        )
        for leg in known
        if leg.quote is not None
    ]
    return liquidation_bars(rooms)


async def _of_gains(desk: Desk, words: list[str]) -> Picture:
    """What made the gain of the open hedge: prices by contract, funding, fees."""
    _no_more(words, "gains")
    stands = (await _open(desk)).standing
    if stands.missing or stands.unfunded:
        names = ", ".join(dict.fromkeys((*stands.missing, *stands.unfunded)))
        raise NoData(f"A price or the funding of {names} is not known now, so the sum would be wrong.")
    parts = [
        (f"{leg.held.symbol.partition('/')[0]} price", float(leg.realised + (leg.unrealised or 0)))
        for leg in stands.legs
    ]
    funding = sum((leg.funding or Decimal(0) for leg in stands.legs), Decimal(0))
    fees = sum((leg.held.fees for leg in stands.legs), Fraction(0))
    return split_bars("What your hedge made", [*parts, ("funding", float(funding)), ("fees", -float(fees))])


async def _of_report(desk: Desk, words: list[str]) -> Picture:
    """The ranges that a hedge stated, and where it came out."""
    if len(words) > 1 or not all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
        raise BadInput("Type /picture report, or a number from /history: /picture report 3")
    open_now, past = await desk.ledger.open(), await desk.ledger.past()
    newest = open_now.number if open_now else past[0].number if past else None
    number = int(words[0]) if words else newest
    if number is None:
        raise BadInput(NO_HEDGE)
    found = await report_of(desk, number)
    if not found.kept:
        raise NoData(
            f"Hedge {number} stated no range that can be judged: it takes a day and a plan with ranges."
        )
    ranges = [
        StatedRange(CALLED[each.what], float(each.low), float(each.high), float(each.came))
        for each in found.kept
    ]
    return report_bars(number, ranges)


async def _of_funding(desk: Desk, words: list[str]) -> Picture:
    """What funding of a coin's perpetual paid shorts."""
    asset = await _coin(desk, words, "funding")
    snapshot = await desk.snapshot()
    contract = snapshot.perpetual(asset) or snapshot.perpetual(asset, inverse=True)
    if contract is None:
        raise NoData(f"{name_of(snapshot.venue)} has no perpetual for {asset}, so no funding.")
    known = await desk.watch.funding_history(snapshot.venue, [contract.symbol], desk.now - SINCE)
    history = known.get(contract.symbol)
    if history is None or len(history.times) < LEAST_SETTLEMENTS:
        raise NoData(f"{name_of(snapshot.venue)} gives too little past funding of {asset} to draw it.")
    return funding_path(asset, history)


async def _of_beta(desk: Desk, words: list[str]) -> Picture:
    """How the user's coins moved with a benchmark, window after window."""
    benchmark = await _coin(desk, words, "beta")
    return await in_thread(rolling_beta, await _study(desk, benchmark), benchmark, desk.now.date())


Pictured = Callable[[Desk, list[str]], Awaitable[Picture]]
PICTURED: Mapping[str, Pictured] = {
    "portfolio": _of_portfolio,
    "hedge": _of_hedge,
    "liquidation": _of_liquidation,
    "gains": _of_gains,
    "report": _of_report,
    "funding": _of_funding,
    "beta": _of_beta,
}
"""What can be drawn, by the word after /picture."""


def _no_more(words: list[str], name: str) -> None:
    if words:
        raise BadInput(f"That says more than I can draw. Type /picture {name}.")


async def _open(desk: Desk) -> OpenHedge:
    found = await open_hedge(desk)
    if found is None:
        raise BadInput(NO_HEDGE)
    return found


async def _coin(desk: Desk, words: list[str], name: str) -> str:
    if len(words) > 1:
        raise BadInput(f"Name one coin: /picture {name} ETH")
    return await coin_today(desk, ticker_of(words[0])) if words else "BTC"


async def _study(desk: Desk, benchmark: str) -> Study:
    snapshot, worth = await valued(desk, benchmark)
    if not worth.moving:
        raise BadInput("None of your coins has a price that moves here, so there is nothing to draw.")
    return await in_thread(study, worth, dict.fromkeys([*MAJORS, benchmark]), snapshot, desk.now.date())


async def _picture(asked: Asked) -> Reply:
    words = asked.words
    if not words:
        return Reply(
            lines(bold("What should I draw?"), "Each of these can be typed, too, such as /picture beta ETH."),
            tuple(
                row({name.capitalize(): f"/picture {name}" for name in names})
                for names in (("portfolio", "hedge"), ("liquidation", "gains"), ("report", "funding", "beta"))
            ),
        )
    draw = PICTURED.get(words[0].lower())
    if draw is None:
        raise BadInput(f"I can draw {', '.join(PICTURED)}, but not “{words[0][:30]}”. Type {FORM}.")
    drawn = await draw(asked.desk, words[1:])
    return Reply(escape(drawn.words), fresh=True, pictures=(drawn,))


command = Command(
    "picture",
    "what is easier to look at",
    _picture,
    "/picture portfolio",
    {
        "/picture portfolio": "your coins by worth and by risk",
        "/picture hedge 2 orders": "with and without a hedge, over falls and rises; all words of /hedge",
        "/picture liquidation": "how far your shorts are from it",
        "/picture gains": "what made the gain of your open hedge",
        "/picture report 3": "what a hedge stated, and what came",
        "/picture funding ETH": "what funding paid, with its mean",
        "/picture beta ETH": "your beta through time",
    },
)
