"""The three choices after a move of the market: keep the hedge, halve it, or close it."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from bot.wording.exit_hedge import money_line
from bot.wording.layout import bold, folded, lines, listed, table
from bot.wording.numbers import coins, contracts, day, money, number, percent, tight_money, whose_coins
from bot.wording.open_already import held, priced_as_coins, trouble
from bot.wording.ticket import order_steps, warnings, yours
from core.advice.dehedge import DehedgeRung, Since, locked_in
from core.advice.unwind import Unwound
from core.outcome.leg_standing import LegStanding
from core.outcome.standing import Standing

_ZERO = Decimal(0)
RULE = (
    "A rule of thumb: take off as much as you would not mind to lose again, for example /dehedge 25% or "
    "/dehedge keep 5000; all of it once you think that the worst is over."
)


def rungs(
    standing: Standing,
    found: Sequence[DehedgeRung],
    since: Since,
    stuck: Sequence[LegStanding],
    quarters: Sequence[DehedgeRung] = (),
) -> Markup:
    """The whole answer to /dehedge. quarters: the same in smaller steps, for the details."""
    return lines(
        bold(_headline(standing, since)),
        _made(standing, since),
        table(_rows(found, since.size)),
        priced_as_coins(standing.open),
        _liquidated(found[0], since),
        *_missing(stuck),
        RULE,
        folded(
            _quarters(quarters, since.size) if quarters else None,
            "half, close: buy back half or all of each short now. for good: what that makes, costs taken "
            f"off. covers: the share of {whose_coins(standing.only)} risk that stays hedged, by how "
            "coins move today.",
            f"if +, if -: what {coins(standing.only)} and hedge make together from here if {since.asset} "
            f"moves {_share(since.size)} more and every coin follows by its beta.",
            "Which one is right nobody knows: a smaller hedge gains more in a rebound and loses more in a "
            "further fall.",
        ),
    )


def too_much_lost(whole: DehedgeRung, most: Decimal, since: Since) -> str:
    """Why nothing can be taken off: a further fall costs more than that even with the whole hedge, or as much
    with the least of it gone.
    """
    return (
        f"With all of your hedge a further fall of {_share(since.size)} would make "
        f"{money(whole.down, signed=True)}, so nothing can be taken off for {money(most)}. Type a larger "
        f"amount: /dehedge keep {max(-whole.down, _ZERO) * 2:.0f}"
    )


def fall_after(chosen: DehedgeRung, since: Since) -> str:
    """What the fall costs that a part of the hedge was kept for."""
    return (
        f"If {since.asset} falls {_share(since.size)} more, coins and what is left of the hedge then make "
        f"{money(chosen.down, signed=True)}."
    )


def unknown(stuck: Sequence[LegStanding], why: str | None = None) -> Markup:
    """The answer where no open position has a price now, or nothing can be planned, and why."""
    return lines(bold("What to keep cannot be worked out now"), why, *_missing(stuck))


def rung(chosen: DehedgeRung, stuck: Sequence[LegStanding], only: Sequence[str]) -> Markup:
    """The orders of one of the three choices. only: the coins that the hedge covers,
    empty for all of them.
    """
    traded = [one for one in chosen.closed if one.count]
    small = [held(one.leg) for one in chosen.closed if not one.count]
    if not traded:
        return lines(bold("Nothing to place: that is less than the smallest order"), *_missing(stuck))
    stays = (
        ""
        if chosen.coverage is None
        else f" {percent(chosen.coverage)} of {whose_coins(only)} risk stays hedged."
    )
    tickets = [one.ticket for one in traded]
    few = listed([_bought(one) for one in traded])
    return lines(
        bold(few[0].upper() + few[1:]),
        money_line(traded) + stays,
        *warnings(tickets),
        priced_as_coins(one.leg for one in traded),
        f"Left as it is, for the part is less than the smallest order: {listed(small)}." if small else None,
        *_missing(stuck),
        yours(tickets),
        order_steps(tickets, {}),
    )


def _headline(standing: Standing, since: Since) -> str:
    """`ETH is down 15.2% since 10 Jun; your open hedge stands at +$1,350`."""
    stands = f"open hedge stands at {money(_open_gain(standing), signed=True)}"
    began = day(standing.began, standing.now)
    if since.move is None:
        return f"Your {stands} since {began}"
    moved = percent(abs(since.move), 1)
    way = f"{'down' if since.move < 0 else 'up'} {moved} since" if moved != "0.0%" else "where it was on"
    return f"{since.asset} is {way} {began}; your {stands}"


def _made(standing: Standing, since: Since) -> str:
    """What a rebound would do to what the open shorts made, and what is safe from it."""
    safe = money(locked_in(standing), signed=True)
    locked = f"Locked in so far: {safe}, of fees, funding and what is closed."
    if _open_gain(standing) > 0:
        return f"A rise takes that back, unless you close. {locked}"
    rose = f" {since.asset} rose, so your coins gained instead." if (since.move or _ZERO) > 0 else ""
    return f"There is no gain to lock in.{rose} {locked}"


def _open_gain(standing: Standing) -> Decimal:
    """USD that the open shorts have made, as far as their prices are known."""
    return sum((leg.unrealised or _ZERO for leg in standing.open), _ZERO)


def _rows(found: Sequence[DehedgeRung], size: Decimal) -> list[tuple[str, ...]]:
    covers = [None if each.coverage is None else percent(each.coverage) for each in found]
    rows = [
        ("", *(each.name for each in found)),
        ("for good", *(tight_money(each.locked) for each in found)),
        ("covers", *(share or "?" for share in covers)),
        (f"if +{_share(size)}", *(tight_money(each.up) for each in found)),
        (f"if -{_share(size)}", *(tight_money(each.down) for each in found)),
    ]
    return rows if any(covers) else [*rows[:2], *rows[3:]]


def _quarters(found: Sequence[DehedgeRung], size: Decimal) -> Markup:
    """A row for each step, to be read from top to bottom."""
    head = ("", "made", f"+{_share(size)}", f"-{_share(size)}")
    rows = [
        (
            each.name,
            tight_money(each.locked),
            tight_money(each.up),
            tight_money(each.down),
        )
        for each in found
    ]
    return table([head, *rows])


def _share(size: Decimal) -> str:
    return percent(size, 0 if size >= Decimal("0.1") else 1)


def _liquidated(keep: DehedgeRung, since: Since) -> str | None:
    if not keep.liquidated:
        return None
    return (
        f"A rise of {_share(since.size)} would liquidate the {listed(list(keep.liquidated))} short: add "
        "margin, or close in time."
    )


def _missing(stuck: Sequence[LegStanding]) -> list[str]:
    return [
        f"Not in these figures: {held(leg)}. {trouble(leg)} /exit says what to do by hand." for leg in stuck
    ]


def _bought(one: Unwound) -> str:
    """`buy back 1,072 of 2,143 × 0.01 ETH`."""
    verb = "buy back" if one.leg.side < 0 else "sell"
    if not one.left:
        return f"{verb} all {contracts(one.count, one.contract)}"
    return f"{verb} {number(one.count)} of {contracts(abs(one.leg.held.count), one.contract)}"
