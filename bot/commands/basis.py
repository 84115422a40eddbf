"""/basis: dated futures over spot, and whether one beats the perpetual for the user's hedge."""

from collections.abc import Sequence

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.last_shown import planned_or_last_shown
from bot.reading.venues import name_of
from bot.wording.basis import basis_message
from bot.wording.errors import said
from bot.wording.reply import Button, Reply
from core.cost.basis import Dated, dated, dated_contracts
from core.domain.errors import HedgeError, NoData
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.outlook.premium import Rivals, rivals

BUTTONS = (
    (Button("Hedge with dated futures", "/hedge quarterly"), Button("Cost", "/cost")),
    (Button("Funding", "/funding"), Button("Hedge", "/hedge")),
)


async def _basis(asked: Asked) -> Reply:
    desk = asked.desk
    snapshot = await desk.snapshot()
    futures, missing = _futures(snapshot, desk)
    hedge, remark = await _hedge(asked)
    pairs = await _compared(desk, snapshot, hedge) if hedge else ()
    if hedge:
        remark = _perpetual_only(hedge, pairs, futures)
        if asked.words and not pairs:
            raise NoData(f"{remark} To compare: /basis {futures[0].contract.asset}")
    return Reply(basis_message(futures, pairs, remark, missing), BUTTONS)


def _perpetual_only(hedge: Hedge, pairs: Sequence[Rivals], futures: Sequence[Dated]) -> str | None:
    """Says which legs have no dated future to be compared with; None where all have one."""
    compared = {pair.asset for pair in pairs}
    lacking = [leg.asset for leg in hedge.legs if leg.asset not in compared]
    listed = " and ".join(dict.fromkeys(future.contract.asset for future in futures))
    return (
        f"{name_of(hedge.venue)} has dated futures on {listed}, none on {', '.join(lacking)}."
        if lacking
        else None
    )


def _futures(snapshot: Snapshot, desk: Desk) -> tuple[list[Dated], list[str]]:
    """Every dated future with a price that can be used, and why the others have none. Raises NoData without
    any.
    """
    futures, missing, unseen = [], [], False
    for contract in dated_contracts(snapshot):
        quote = snapshot.quotes.get(contract.symbol)
        if quote and not quote.own:
            unseen = True
            continue
        try:
            futures.append(dated(snapshot, contract, desk.now))
        except NoData as refusal:
            missing.append(said(refusal))
    if unseen:
        missing.insert(0, _unknown(snapshot))
    if not futures:
        raise NoData(missing[0] if missing else _none_listed(snapshot))
    return futures, missing


def _unknown(snapshot: Snapshot) -> str:
    return (
        f"What futures on {name_of(snapshot.venue)} trade at is not known here, so their basis is not, "
        "either. Compare on your broker's screen: one above spot pays you, the short, by its date; one below "
        "costs you."
    )


def _none_listed(snapshot: Snapshot) -> str:
    venue = name_of(snapshot.venue)
    return f"{venue} lists no dated futures, only perpetuals. /funding shows what those pay."


async def _hedge(asked: Asked) -> tuple[Hedge | None, str | None]:
    """The hedge to compare for or, where there is none, the reason why. Words that are not understood are
    refused as by /hedge.
    """
    if not asked.words and not (await asked.desk.page()).holdings:
        return None, "Add what you hold, and I compare them with perpetuals for your hedge: /add SOL 60"
    try:
        return (await planned_or_last_shown(asked.desk, asked.words))[0], None
    except HedgeError as refusal:
        if asked.words:
            raise
        return None, said(refusal)


async def _compared(desk: Desk, snapshot: Snapshot, hedge: Hedge) -> Sequence[Rivals]:
    perpetuals = (snapshot.perpetual(leg.asset, inverse=hedge.wish.inverse) for leg in hedge.legs)
    symbols = [contract.symbol for contract in perpetuals if contract is not None]
    known = await desk.funding_records(symbols)
    return rivals(hedge, snapshot, known, desk.now)


command = Command("basis", "dated futures; perpetual or dated?", _basis, "/basis ETH 60d")
