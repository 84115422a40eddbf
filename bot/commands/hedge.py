"""/hedge: which contracts to short, how many, and what that means."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bot.desk.command import Asked, Command
from bot.desk.desk import Desk
from bot.desk.threads import in_thread
from bot.hedges.last_shown import remember_shown, spelled_exactly
from bot.hedges.planning import ON, ON_FORM, planned, planned_over
from bot.hedges.position_questions import (
    contracts_shorted,
    counted_as_listed,
    resized_contracts,
    with_fate_questions,
    with_size_questions,
)
from bot.reading.modes import has_mode
from bot.reading.wishes import spell
from bot.wording.capital import capital_question
from bot.wording.deleveraging import TAKEN_AWAY
from bot.wording.hedge import cash_question, confirm_leverage, hedge
from bot.wording.layout import lines
from bot.wording.numbers import leverage, money
from bot.wording.open_already import already, elsewhere
from bot.wording.over_venues import split_shown
from bot.wording.pooled import instead, together
from bot.wording.reply import Button, Reply, row
from core.domain.capital.mode import TAKES_COINS
from core.domain.coins.asset import STABLECOINS
from core.domain.coins.place import lying_at
from core.hedge.afford.instead import cash_instead
from core.hedge.afford.within import takes
from core.hedge.hedge import Hedge
from core.hedge.wish import LEAST_COVERAGE, Wish

COINS_THERE = "My coins are there"
LAST = (Button("Ticket", "/ticket"), Button("What if", "/whatif"))
"""Buttons that speak of the hedge that was shown last, used where its words are too long for a button."""
ASK_ABOVE = 0.10
"""The user's own leverage is asked about where liquidation within the horizon is likelier than this."""


async def _hedge(asked: Asked) -> Reply:
    if asked.words and asked.words[0].lower() == ON:
        return await _over_venues(asked)
    *wished, last = asked.words or [""]
    words = asked.words
    if last.lower() == "cash":
        answer = await planned(asked.desk, wished)
        if answer.backed is None or answer.backed.cash:
            return _how_much(answer, wished)
        words = wished  # coins alone back all of it, so there is nothing to ask
    else:
        answer = await planned(asked.desk, words)
    wish = answer.wish
    risky = max(leg.risk for leg in answer.legs) > ASK_ABOVE
    if wish.leverage is not None and not wish.sure and risky and answer.backed is None:
        usual = (await asked.desk.page()).preferences.leverage
        return Reply(confirm_leverage(answer, wish.leverage), _ways_on(wish, wish.leverage, usual))
    held = await asked.desk.open_positions()
    sizes = await resized_contracts(asked.desk, held)
    # What counts as liquidated is not open any more, so it is not told as open already.
    kept = [each for each in counted_as_listed(held, sizes) if not each.lost]
    opened = (already(answer, kept), elsewhere(kept, answer.venue), await _in_one_account(asked.desk, answer))
    await remember_shown(asked.desk, answer)
    shared = together(answer, answer.backed) if answer.backed else None
    page = await asked.desk.page()
    there = lying_at(page.lying, answer.venue)
    text = hedge(answer, *opened, together=shared)
    if not page.preferences.capital_asked and wish.mode == "isolated" and wish.cash is None:
        await asked.desk.book.prefer(capital_asked=True)
        text = lines(text, capital_question(answer))
    reply = Reply(text, _buttons(answer, words, there, first=not held))
    return with_size_questions(with_fate_questions(reply, held, ordered=contracts_shorted(answer)), sizes)


async def _in_one_account(desk: Desk, answer: Hedge) -> str | None:
    """What the hedge would take where its shorts shared an account; None where that is not asked about."""
    wish = answer.wish
    if wish.cash is not None or wish.leverage is not None or answer.backed is not None:
        return None
    there = lying_at((await desk.page()).lying, answer.venue)
    snapshot = await desk.snapshot()
    return instead(await in_thread(cash_instead, answer, snapshot, there, desk.now))


async def _over_venues(asked: Asked) -> Reply:
    """The hedge split over several venues."""
    found = await planned_over(asked.desk, asked.words)
    same = " ".join(asked.words)
    await asked.desk.topic.show(f"/ticket {same}")
    ways = (row({"Ticket": f"/ticket {same}"}), row({"On one exchange": "/hedge", "Compare": "/markets"}))
    return Reply(split_shown(found), tuple(filter(None, ways)))


def _how_much(whole: Hedge, words: list[str]) -> Reply:
    """The question how much cash there is, with parts of what the whole hedge takes as answers.

    words: the others of the wish, whose hedge it is.
    """
    needed, wished = whole.backed.cash if whole.backed else takes(whole), " ".join(["/hedge", *words])
    amounts = (needed * part / 100 for part in (10, 25, 50))
    shown = [amount.quantize(Decimal(1).scaleb(max(amount.adjusted() - 1, 0))) for amount in amounts]
    buttons = row({money(amount): f"{wished} cash {amount:f}" for amount in shown})
    return Reply(cash_question(needed, shown[1], wished), (buttons, (Button("Hedge", wished),)))


def _ways_on(wish: Wish, wanted: Decimal, usual: Decimal | None) -> tuple[tuple[Button, ...], ...]:
    """Buttons for the user's leverage or for ours. Where theirs is a setting, ours cannot be had by leaving
    it out, so 1x is offered.
    """
    sure = _button(f"Yes, {leverage(wanted)}", replace(wish, sure=True))
    if usual is None:
        return ((*sure, *_button("Choose for me", replace(wish, leverage=None))),)
    return ((*sure, *_button("Make it 1x", replace(wish, leverage=Decimal(1)))),)


def _coins_there(answer: Hedge, there: Mapping[str, Decimal]) -> tuple[Button, ...]:
    """The button for who has coins at the venue that could back the shorts. there: those known to."""
    wish, venue = answer.wish, answer.venue
    if wish.mode in TAKES_COINS or wish.inverse or not has_mode(venue, "coins"):
        return ()
    known = any(asset not in STABLECOINS for asset in there)
    return row({COINS_THERE: f"/hedge {spell(replace(wish, mode='coins', cash=None))}" if known else "/at"})


def _buttons(
    answer: Hedge, words: list[str], there: Mapping[str, Decimal], *, first: bool
) -> tuple[tuple[Button, ...], ...]:
    """Buttons for fewer and more orders, for half the hedge, and for what can be done with this one.

    there: the coins that lie at the venue. first: whether nothing is open, so that the user may want to know
    what the words mean.
    """
    same = " ".join(words) if answer.wish.legs else spelled_exactly(answer)
    next_steps = row({"Ticket": f"/ticket {same}", "What if": f"/whatif with {same}"}) or LAST
    mode = () if answer.wish.mode == "isolated" else (answer.wish.mode,)
    asks = answer.wish.cash is None and (answer.backed is None or answer.backed.cash > 0)
    less = (Button("I have less", " ".join(["/hedge", *mode, "cash"])),) if asks else ()
    less = (*less, *_coins_there(answer, there))
    last = (*_half(answer.wish), Button("Portfolio", "/portfolio"))
    meaning = (Button("What does this mean?", "/learn", below=True),) if first else ()
    return tuple(filter(None, (next_steps, _other_counts(answer), less, last, meaning)))


def _other_counts(answer: Hedge) -> tuple[Button, ...]:
    """Buttons for the next smaller and the next larger number of orders that is worth asking for."""
    mine = len(answer.legs)
    counts = {len(choice.legs) for choice in answer.frontier}
    wanted = {
        "Fewer orders": max((count for count in counts if count < mine), default=None),
        "More orders": min((count for count in counts if count > mine), default=None),
    }
    found = [
        _button(label, replace(answer.wish, orders=count, legs=(), shares=(), beta=None))
        for label, count in wanted.items()
        if count is not None
    ]
    return tuple(button for each in found for button in each)


def _half(wish: Wish) -> tuple[Button, ...]:
    """A button for half the coverage, where the hedge is sized by a coverage and not by an aim."""
    if wish.keep is not None or wish.target_beta is not None:
        return ()
    return _button("Half of it", replace(wish, coverage=max(wish.coverage / 2, LEAST_COVERAGE)))


def _button(label: str, wish: Wish) -> tuple[Button, ...]:
    """A button for the wish, unless its line is too long for one."""
    return row({label: f"/hedge {spell(wish)}"})


command = Command(
    "hedge",
    "what to short, how many, at what cost",
    _hedge,
    "/hedge 50% ETH",
    {
        "/hedge": "the fewest orders that hedge well",
        "/hedge half": "half of the risk; or any share, as 50%",
        "/hedge 2 orders": "with at most so many contracts",
        "/hedge ETH SOL": "with these contracts",
        "/hedge ETH:60 SOL:40": "in this mix",
        "/hedge only ETH SOL": "just these of your coins",
        "/hedge without LINK": "all of your coins but these",
        "/hedge only SOL with ETH": "just these, with this contract",
        "/hedge sector DeFi": "the coins of one sector, with what hedges it best",
        "/hedge cash 5000": "what so much cash for margin pays for",
        "/hedge cross": "with one pool of cash for all shorts",
        "/hedge coins": "with your coins at the exchange as margin",
        ON_FORM: "split, so that one of them may freeze",
        "/hedge drop 20%": "a dollar short for a dollar held",
        "/hedge keep 5000 drop 20%": "lose at most $5,000 if the market falls 20%",
        "/hedge keep 10% drop 30%": "lose at most a tenth",
        "/hedge floor 40000 drop 30%": "never below $40,000 in such a fall",
        "/hedge until 24 December": "for a hedge that stands until that day",
        "/hedge target beta 0.5": "keep half the market's swings",
        "/hedge beta 1.5 ETH": "with a beta of your own",
        "/hedge 2x": "at your own leverage",
        "/hedge 30d": "for a hedge that should stand 30 days",
        "/hedge quarterly": "with dated futures",
        "/hedge inverse": "with coin-margined contracts",
    },
    note=TAKEN_AWAY,
)
