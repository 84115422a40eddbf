"""/funding: what a coin's perpetual pays or costs a short, or what the user's hedge earns."""

from datetime import timedelta
from decimal import Decimal

from bot.desk.coin_names import coin_today
from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.last_shown import planned_or_last_shown
from bot.reading.venues import name_of
from bot.reading.wishes import USUAL, read_wish, same
from bot.wording.funding import coin_funding, hedge_funding, no_funding
from bot.wording.funding_history import funding_history
from bot.wording.reply import Button, Reply, row
from core.cost.funding import MEAN_DAYS, Income
from core.cost.funding_weeks import funding_past
from core.domain.errors import BadInput, NoData
from core.domain.series import NO_SETTLEMENTS
from core.domain.snapshot import Snapshot

HISTORY = "history"
LONG = 90
"""Days that the history goes back."""
EXAMPLE = Decimal(1000)
"""A coin's funding is told for a short of so many USD."""


async def _funding(asked: Asked) -> Reply:
    if asked.words[-1:] and asked.words[-1].lower() == HISTORY:
        return await _of_the_past(asked.desk, asked.words[:-1])
    if asset := _coin(asked.words):
        return await _of_coin(asked.desk, await coin_today(asked.desk, asset))
    return await _of_hedge(asked.desk, asked.words)


def _coin(words: list[str]) -> str | None:
    """The coin that is asked about, where the words are one coin and nothing else."""
    if len(words) != 1:
        return None
    wish = read_wish(words, USUAL)
    return wish.legs[0] if wish.legs and not wish.shares else None


async def _of_coin(desk: Desk, asset: str) -> Reply:
    snapshot = await desk.snapshot()
    contract = snapshot.perpetual(asset) or snapshot.perpetual(asset, inverse=True)
    if contract is None:
        raise NoData(
            f"{name_of(snapshot.venue)} has no perpetual for {asset}, so no funding.{_instead(snapshot)}"
        )
    known = await desk.funding_records([contract.symbol])
    rate, record = snapshot.funding.get(contract.symbol), known.get(contract.symbol)
    if rate is None and record is None:
        raise NoData(f"{name_of(snapshot.venue)} gives no funding for {asset} now. Try again in a minute.")
    return Reply(
        coin_funding(Income(contract, EXAMPLE, rate, record), desk.now),
        (
            (Button("My hedge's funding", "/funding"), Button("By week", f"/funding {asset} history")),
            (Button(f"Hedge with {asset}", f"/hedge {asset}"),),
        ),
    )


def _instead(snapshot: Snapshot) -> str:
    if snapshot.dated_only:
        return " Its futures run to a date and pay none."
    return " Try /funding BTC." if snapshot.perpetual("BTC") else ""


async def _of_the_past(desk: Desk, words: list[str]) -> Reply:
    asset = _coin(words)
    if asset is None:
        raise BadInput("Name one coin: /funding ETH history")
    asset = await coin_today(desk, asset)
    snapshot = await desk.snapshot()
    contract = snapshot.perpetual(asset) or snapshot.perpetual(asset, inverse=True)
    if contract is None:
        raise NoData(
            f"{name_of(snapshot.venue)} has no perpetual for {asset}, so no funding.{_instead(snapshot)}"
        )
    since = desk.now - timedelta(days=LONG + 1)
    found = await desk.watch.funding_history(snapshot.venue, [contract.symbol], since)
    history = found.get(contract.symbol, NO_SETTLEMENTS)
    month, quarter = (funding_past(history, desk.now, days) for days in (MEAN_DAYS, LONG))
    if month is None or quarter is None:
        raise NoData(
            f"{name_of(snapshot.venue)} gives no past funding of {asset} now. Try again in a minute."
        )
    return Reply(
        funding_history(asset, month, quarter),
        ((Button("Funding now", f"/funding {asset}"), Button(f"Hedge with {asset}", f"/hedge {asset}")),),
    )


async def _of_hedge(desk: Desk, words: list[str]) -> Reply:
    hedge, words = await planned_or_last_shown(desk, words)
    perpetuals = [leg for leg in hedge.legs if leg.contract.perpetual]
    dated = [leg.asset for leg in hedge.legs if not leg.contract.perpetual]
    again = same(hedge, words)
    basis = {"Perpetual or dated?": f"/basis{again}"} if perpetuals else {}
    buttons = (row({"Cost": f"/cost{again}", **basis, "Hedge": f"/hedge{again}"}),)
    if not perpetuals:
        snapshot = await desk.snapshot()
        own = all(snapshot.quotes[leg.contract.symbol].own for leg in hedge.legs)
        return Reply(no_funding(dated, basis_known=own), buttons)
    known = await desk.funding_records([leg.contract.symbol for leg in perpetuals])
    shorts = [
        Income(leg.contract, leg.notional, leg.funding, known.get(leg.contract.symbol)) for leg in perpetuals
    ]
    return Reply(hedge_funding(shorts, dated, desk.now), buttons)


command = Command(
    "funding",
    "what shorting pays or costs you a day",
    _funding,
    "/funding ETH",
    {
        "/funding": "what your hedge earns or pays",
        "/funding ETH": "what a short of one coin earns or pays",
        "/funding ETH history": "the last 30 and 90 days, by week",
    },
)
