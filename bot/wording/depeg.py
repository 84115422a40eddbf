"""What a dollar coin that is no dollar any more does to a hedge, in words."""

from decimal import Decimal

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, folded, lines, listed, table
from bot.wording.numbers import money, percent, short_money
from core.hedge.hedge import Hedge
from core.outlook.depeg import Depeg


def depegged(hedge: Hedge, found: Depeg) -> Markup:
    """The whole answer to /whatif with a dollar coin."""
    verb = "lose" if found.total < 0 else "gain"
    falls = "falls" if found.move < 0 else "rises"
    heading = f"If {found.asset} {falls} {percent(abs(found.move))}: you {verb} {money(abs(found.total))}."
    if not found.legs:
        return lines(
            bold(heading),
            f"No short of this hedge is paid in {found.asset}; it is in {_settles(hedge)}.",
            f"You hold {money(found.held)} of it." if found.held else None,
        )
    moved, does = ("rises", "loses") if found.rise > 0 else ("falls", "gains")
    shorts = listed([leg.asset for leg in found.legs])
    return lines(
        bold(heading),
        table(
            [
                ("The shorts", short_money(found.shorts_made)),
                ("Their margin", short_money(found.margin_made)),
                *([(f"Your {found.asset}", short_money(found.held_made))] if found.held else []),
                ("In all", short_money(found.total)),
            ]
        ),
        f"{shorts}: these shorts count in {found.asset}. A coin that stands still in dollars {moved} "
        f"{percent(abs(found.rise), 1)} in it, and a short {does} that much.",
        _gone(found),
        f"Your account then owes {money(found.owed)}, a debt in {found.asset}: it is worth less, too."
        if found.owed > 0
        else None,
        _waiting(found),
        f"Not touched: {listed([leg.asset for leg in found.others])}, paid in another coin."
        if found.others
        else None,
        f"Coin-margined contracts have no such dollar: /hedge inverse. Cash that does not wait on "
        f"{name_of(hedge.venue)} is not in it.",
        folded(
            "Your coins are taken to stand still in dollars, and contracts to follow the dollar's price in "
            f"{found.asset} at once. Exchanges value other coins that back shorts by their own prices.",
        ),
    )


def _settles(hedge: Hedge) -> str:
    return listed(list(dict.fromkeys(leg.contract.settle for leg in hedge.legs)))


def _gone(found: Depeg) -> str | None:
    if not found.gone:
        return None
    if found.together:
        return "That is enough to liquidate all of them together: your coins there pay what they lost."
    names = listed([leg.asset for leg in found.gone])
    lost = money(sum((leg.margin for leg in found.gone), Decimal(0)))
    return f"On the way {names} would be liquidated: margin of {lost} lost, and nothing hedged by it then."


def _waiting(found: Depeg) -> str | None:
    if not found.waiting:
        return None
    after = found.waiting * (1 + found.move)
    made = "gained" if found.waiting > 0 else "lost"
    return (
        f"What your open shorts have {made} so far, {money(abs(found.waiting))}, is paid in it: worth "
        f"{money(abs(after))} then."
    )
