"""/add and /set, and holdings typed without a command."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal
from typing import Literal

from markupsafe import Markup

from bot.desk.coin_names import by_coin
from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.hedges.reporting import moved_away
from bot.reading.holdings import Typed, TypedHolding, parse_holdings
from bot.reading.places import split_place
from bot.reading.venues import name_of
from bot.wording.holding_changes import HEDGE_FOLLOWS, changes_made, changes_proposed, to_correct, understood
from bot.wording.layout import bold, lines
from bot.wording.places import which_place
from bot.wording.reply import Button, Reply, row
from bot.wording.slips import describe_slips
from core.domain.coins.place import ELSEWHERE, SeveralPlaces, all_of, only_elsewhere, places_in_order, totals
from core.domain.errors import AlreadyDone, BadInput
from core.domain.holding import HoldingChange, changed, check_worth, spread
from core.store.user.book import is_token

SAMPLE = {
    "ETH": 15_000,
    "SOL": 10_000,
    "LINK": 5_000,
    "AVAX": 4_000,
    "DOT": 4_000,
    "NEAR": 4_000,
    "UNI": 4_000,
    "AAVE": 4_000,
}
"""A portfolio to try, in USD: $50,000 in ETH, SOL, LINK, and $20,000 spread over mid-caps."""
FIGURES = Context(prec=10)
"""Coins that are bought for a dollar amount are kept to ten significant digits."""

DONE = ((Button("Hedge these", "/hedge"), Button("Portfolio", "/portfolio")),)
CANCEL = ((Button("Cancel", "/cancel"),),)
ADJUST = ((Button("Adjust", "/adjust"), Button("Portfolio", "/portfolio")),)
FORM = lines(
    bold("Type what you hold, a coin a line:"),
    Markup("<code>SOL 60\nETH 4.2\nLINK $5000</code>"),
    "Coins or dollars. Several in one line, or a pasted table of what you hold, work too: I show you what I "
    "read before it is saved. /add adds to what you hold, /set replaces it.",
)


async def _add(asked: Asked) -> Reply:
    match asked.args.lower().split():
        case []:
            return Reply(FORM, ((Button("Sample portfolio", "/add sample"),),))
        case ["sample"]:
            return await _sample(asked.desk)
        case ["draft", token] if is_token(token):
            return await _apply_draft(asked.desk, "add", token)
        case ["fix", token] if is_token(token):
            return Reply(to_correct(await _drafted(asked.desk, token)), CANCEL, fresh=True)
    return await _apply(asked.desk, "add", asked.args)


async def _set(asked: Asked) -> Reply:
    match asked.args.lower().split():
        case []:
            return Reply(FORM)
        case ["draft", token] if is_token(token):
            return await _apply_draft(asked.desk, "set", token)
    return await _apply(asked.desk, "set", asked.args)


async def _which(desk: Desk, changes: Sequence[HoldingChange]) -> Reply | None:
    """The question where the new number of a coin is, where it does not lie elsewhere alone.

    None where no coin is in doubt. Raises SeveralPlaces where there are other coins in the list beside it.
    """
    lying = (await desk.page()).lying
    doubtful = [change for change in changes if not only_elsewhere(lying.get(change.asset, {}))]
    if not doubtful or doubtful[0].kind != "set" or doubtful[0].place is not None:
        return None
    if len(changes) > 1:
        raise SeveralPlaces(doubtful[0].asset, lying[doubtful[0].asset])
    [change] = doubtful
    places, number = lying[change.asset], f"{change.quantity:f}"
    here = {
        f"{number} {place.told(name_of)}": f"/set {change.asset} {number} at {place.key}"
        for place in dict.fromkeys((*(place for place, _ in places_in_order(places)), ELSEWHERE))
        if place.until is None
    }
    rest = change.quantity - all_of(coins for place, coins in places.items() if place != ELSEWHERE)
    in_all = {f"{number} in all": f"/set {change.asset} {rest:f} at {ELSEWHERE.key}"} if rest > 0 else {}
    return Reply(which_place(change.asset, places, f"is {number}"), (row(here), row(in_all), *CANCEL))


async def typed(text: str, desk: Desk, *, ask: bool = False) -> Reply | None:
    """Answer holdings that were typed without a command; None where the text is no list of holdings at all.

    ask: show them in any case before they are saved.

    They are added at once where they are one coin and one number a line and none of the coins is held yet.
    Otherwise the user is asked first.
    """
    found = parse_holdings(text)
    if not found.entries and not any(character.isdigit() for character in text):
        return None
    _refuse_slips(found)
    if not found.entries:
        return None
    found, said = await by_coin(desk, found)
    changes = await _changes(desk, "add", found.entries)
    before = {held.asset: held.quantity for held in await desk.book.holdings()}
    if not any(change.asset in before for change in changes):
        shown = ask or found.shown
        return await (_show(desk, found, changes, said) if shown else _carry_out(desk, changes, said))
    after_add = changed(before, changes)
    after_set = {**before, **changed({}, _summed(changes))}
    token = await _keep(desk, changes)
    ways = (Button("Add to these", f"/add draft {token}"), Button("Replace these", f"/set draft {token}"))
    fix = (_fix(token),) if found.shown else ()
    return Reply(
        lines(changes_proposed(before, after_add, after_set, found.about, found.read), *said),
        (ways, (*fix, Button("Cancel", "/cancel"))),
    )


async def _apply(desk: Desk, kind: Literal["add", "set"], text: str) -> Reply:
    place, text, everywhere = split_place(text, desk.venues, desk.now)
    if everywhere:
        raise BadInput(f"Nothing was changed. Name one place: /{kind} SOL 60 at elsewhere")
    found = parse_holdings(text)
    _refuse_slips(found)
    if not found.entries:
        raise BadInput(f"Type a coin and a number: /{kind} SOL 60")
    found, said = await by_coin(desk, found)
    changes = [replace(change, place=place) for change in await _changes(desk, kind, found.entries)]
    if (question := await _which(desk, changes)) is not None:
        return question
    if place is not None:
        return await _carry_out(desk, changes, said)
    return await (_show(desk, found, changes, said) if found.shown else _carry_out(desk, changes, said))


async def _show(desk: Desk, found: Typed, changes: Sequence[HoldingChange], said: Sequence[str]) -> Reply:
    """What was read, shown before it is saved, because it was not simply one coin and one number a line."""
    before = {held.asset: held.quantity for held in await desk.book.holdings()}
    changed(before, changes)  # what cannot be held is refused now, not after the yes
    token = await _keep(desk, changes)
    kind = changes[0].kind
    text = understood(_summed(changes), before if kind == "set" else {}, found.about, found.read)
    text = lines(text, *said)
    return Reply(text, ((Button("Save", f"/{kind} draft {token}"), _fix(token)), *CANCEL))


async def _keep(desk: Desk, changes: Sequence[HoldingChange]) -> str:
    """Keep the list until it is answered. Returns its token."""
    return await desk.book.save_draft("\n".join(f"{c.asset} {c.quantity:f}" for c in changes))


def _fix(token: str) -> Button:
    return Button("Fix", f"/add fix {token}")


async def _drafted(desk: Desk, token: str) -> list[HoldingChange]:
    """The list that waits under this token. Raises AlreadyDone where it does not wait any more."""
    draft = await desk.book.draft()
    if draft is None or draft.token != token:
        raise AlreadyDone("That list is done or was replaced; nothing changed now. See /portfolio.")
    entries = [line.split() for line in draft.body.splitlines()]
    return [HoldingChange("add", asset, Decimal(number)) for asset, number in entries]


async def _apply_draft(desk: Desk, kind: Literal["add", "set"], token: str) -> Reply:
    changes: Sequence[HoldingChange] = await _drafted(desk, token)
    if kind == "set":
        changes = [HoldingChange("set", change.asset, change.quantity) for change in _summed(changes)]
        if (question := await _which(desk, changes)) is not None:
            return question
    return await _carry_out(desk, changes, draft=token)


async def _sample(desk: Desk) -> Reply:
    if await desk.book.holdings():
        raise BadInput("You already have holdings. To try the sample, first type /remove all.")
    entries = [TypedHolding(asset, usd=Decimal(usd)) for asset, usd in SAMPLE.items()]
    return await _carry_out(desk, await _changes(desk, "add", entries))


async def _carry_out(
    desk: Desk, changes: Sequence[HoldingChange], said: Sequence[str] = (), draft: str | None = None
) -> Reply:
    """Save the changes.

    said: sentences about coins that were typed by another of their names. draft: the token of the list that
    they come from.
    """
    page = await desk.page()
    before = totals(page.lying)
    touched = dict.fromkeys(change.asset for change in changes)
    # With a hedge open the answer has to say that the size it should have has changed.
    hedged = bool((await desk.ledger.current()).held)
    prices = await desk.prices(touched)
    for asset, quantity in totals(spread(page.lying, changes)).items():
        if asset in prices:
            check_worth(asset, quantity, prices[asset])
    unpriced = await desk.unpriced(touched)
    less = await moved_away(desk, spread(page.lying, changes)) if hedged else None

    def answer(after: Mapping[str, Decimal]) -> Reply:
        # a coin that was read from another of its names is no slip of the finger
        slips, known = ((), unpriced) if said else (unpriced, ())
        without = f"No price for {', '.join(known)} here now." if known else None
        text = lines(changes_made(before, after, changes, slips), *said, without)
        return Reply(lines(text, less, HEDGE_FOLLOWS), ADJUST) if hedged else Reply(text, DONE)

    return answer(await desk.book.apply(changes, draft=draft, prices=prices, tell=desk.telling(answer)))


async def _changes(
    desk: Desk, kind: Literal["add", "set"], entries: Sequence[TypedHolding]
) -> list[HoldingChange]:
    """The entries in coins. A dollar amount is turned into coins at the venue's present price."""
    dollars = [entry.asset for entry in entries if entry.usd is not None]
    snapshot = await desk.snapshot(more=dollars) if dollars else None
    changes = []
    for entry in entries:
        quantity = entry.quantity
        if entry.usd is not None and snapshot is not None:
            quantity = FIGURES.divide(entry.usd, snapshot.price(entry.asset, desk.now))
        changes.append(HoldingChange(kind, entry.asset, quantity or Decimal(0)))
    return _summed(changes) if kind == "set" else changes


def _summed(changes: Sequence[HoldingChange]) -> list[HoldingChange]:
    """One change for each asset, with the quantities of repeated lines added up."""
    totals = changed({}, [HoldingChange("add", change.asset, change.quantity) for change in changes])
    return [HoldingChange(changes[0].kind, asset, quantity) for asset, quantity in totals.items()]


def _refuse_slips(found: Typed) -> None:
    if found.slips:
        raise BadInput(f"Nothing was changed.\n{describe_slips(found.slips, found.entries)}")


add = Command("add", "add coins you hold", _add, "/add SOL 60")
put = Command("set", "set how many you hold", _set, "/set SOL 45")
