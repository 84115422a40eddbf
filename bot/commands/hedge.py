"""/hedge: which contracts to short, how many, and what that means."""

from dataclasses import replace

from bot.command import Asked, Command
from bot.reply import Button, Reply, fits
from bot.wishes import planned, spell
from bot.wording.hedge import hedge
from core.hedge.plan import Hedge
from core.hedge.wish import LEAST_COVERAGE, Wish


async def _hedge(asked: Asked) -> Reply:
    answer = await planned(asked.desk, asked.words)
    return Reply(hedge(answer), _buttons(answer))


def _buttons(answer: Hedge) -> tuple[tuple[Button, ...], ...]:
    """Every other number of orders, and half the hedge."""
    mine = {leg.asset for leg in answer.legs}
    others = {
        f"{len(choice.legs)}: {' '.join(choice.legs)}": replace(
            answer.wish, legs=choice.legs, shares=(), beta=None
        )
        for choice in answer.frontier
        if set(choice.legs) != mine
    }
    half = replace(answer.wish, coverage=max(answer.wish.coverage / 2, LEAST_COVERAGE))
    rows = [_button(label, wish) for label, wish in others.items()]
    return (*filter(None, rows), (*_button("Half of it", half), Button("Portfolio", "/portfolio")))


def _button(label: str, wish: Wish) -> tuple[Button, ...]:
    """A button for the wish, unless its line is too long for one."""
    line = f"/hedge {spell(wish)}"
    return (Button(label, line),) if fits(line) else ()


command = Command("hedge", "what to short, how many, at what cost", _hedge, "/hedge 50% ETH")
