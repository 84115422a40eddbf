"""/hedge: which contracts to short, how many, and what that means."""

from dataclasses import replace
from decimal import Decimal

from bot.command import Asked, Command
from bot.reply import Button, Reply, row
from bot.wishes import planned, spell
from bot.wording.hedge import confirm_leverage, hedge, orders
from bot.wording.numbers import leverage
from core.hedge.plan import Hedge
from core.hedge.wish import LEAST_COVERAGE, Wish

ASK_ABOVE = 0.10
"""Probability of liquidation over the horizon above which the user's own leverage needs a second word."""


async def _hedge(asked: Asked) -> Reply:
    answer = await planned(asked.desk, asked.words)
    wish = answer.wish
    if wish.leverage is not None and not wish.sure and max(leg.risk for leg in answer.legs) > ASK_ABOVE:
        usual = (await asked.desk.page()).preferences.leverage
        return Reply(confirm_leverage(answer, wish.leverage), _ways_on(wish, wish.leverage, usual))
    return Reply(hedge(answer), _buttons(answer, asked.words))


def _ways_on(wish: Wish, wanted: Decimal, usual: Decimal | None) -> tuple[tuple[Button, ...], ...]:
    """Their leverage, or ours; where theirs is a setting, leaving it out would not help, so 1x instead."""
    sure = _button(f"Yes, {leverage(wanted)}", replace(wish, sure=True))
    if usual is None:
        return ((*sure, *_button("Choose for me", replace(wish, leverage=None))),)
    return ((*sure, *_button("Make it 1x", replace(wish, leverage=Decimal(1)))),)


def _buttons(answer: Hedge, words: list[str]) -> tuple[tuple[Button, ...], ...]:
    """Every other number of orders, half the hedge, and what to do with this one."""
    mine = {leg.asset for leg in answer.legs}
    others = {
        f"{orders(len(choice.legs))}: {' '.join(choice.legs)}": replace(
            answer.wish, legs=choice.legs, shares=(), beta=None
        )
        for choice in answer.frontier
        if set(choice.legs) != mine
    }
    half = replace(answer.wish, coverage=max(answer.wish.coverage / 2, LEAST_COVERAGE))
    rows = [_button(label, wish) for label, wish in others.items()]
    same = " ".join(["", *words])
    next_steps = row({"Ticket": f"/ticket{same}", "What if": f"/whatif with{same}" if words else "/whatif"})
    last = (*_button("Half of it", half), Button("Portfolio", "/portfolio"))
    return tuple(filter(None, (*rows, next_steps, last)))


def _button(label: str, wish: Wish) -> tuple[Button, ...]:
    """A button for the wish, unless its line is too long for one."""
    return row({label: f"/hedge {spell(wish)}"})


command = Command("hedge", "what to short, how many, at what cost", _hedge, "/hedge 50% ETH")
