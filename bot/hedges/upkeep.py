"""What the commands that look after an open hedge share: the hedge, its plan made again, its orders kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from bot.desk.aside import aside
from bot.desk.desk import Desk
from bot.hedges.meaning import matching
from bot.hedges.planned import usual_wish
from bot.hedges.reporting import standing_of
from bot.reading.venues import venue_called
from bot.reading.wishes import read_wish, spell
from bot.wording.filled import none_of, positions_named
from bot.wording.positions import no_positions
from bot.wording.reply import Reply, row
from core.advice.sizing import order, sizing
from core.advice.unwind import Unwound
from core.domain.errors import BadInput, CannotHedge, HedgeError, NoData
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import histories, plan
from core.hedge.study import Study, study
from core.hedge.ticket import Ticket
from core.hedge.wish import LEAST_COVERAGE, MOST_COVERAGE, ContractKind, Wish
from core.journal.episode import Episode, Sizing
from core.journal.journal import Held, decimal
from core.measure.subset import MOST_LEGS
from core.outcome.course import Key
from core.outcome.standing import LegStanding, Standing
from core.store.user.book import Page

NONE_OPEN = Reply(no_positions(), (row({"Plan a hedge": "/hedge", "Past hedges": "/history"}),))
"""The answer of who has no open hedge."""
_STEP = Decimal("0.0001")
_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class OpenHedge:
    """The user's open hedge as it stands now. page: what they hold, and what they have settled on."""

    episode: Episode
    standing: Standing
    page: Page

    @property
    def legs(self) -> tuple[LegStanding, ...]:
        """The open positions, on whatever venues, without those that count as liquidated."""
        return self.standing.kept

    @property
    def held(self) -> tuple[Held, ...]:
        """All that is open as far as the journal says, in doubt or not."""
        return tuple(leg.held for leg in self.standing.open)

    @property
    def stuck(self) -> tuple[LegStanding, ...]:
        """Those in which no order can be worked out now."""
        return tuple(leg for leg in self.legs if not leg.tradable)

    @property
    def fee(self) -> Decimal | None:
        """The user's own taker fee."""
        return self.page.preferences.fee

    @property
    def sizing(self) -> Sizing | None:
        """Why the hedge is sized as it is; None for positions entered by hand."""
        known = [sizing for sizing in self.episode.sizings if sizing.betas]
        return known[-1] if known else None

    @property
    def wish(self) -> Wish:
        """What was wished for, with the legs that were chosen then; the usual wish for positions by hand."""
        usual, known = usual_wish(self.page.preferences), self.sizing
        if known is not None:
            wish = read_wish(known.wish.split(), usual)
            return wish if wish.legs else replace(wish, legs=tuple(known.betas))
        shorts = self.shorts
        terms = shorts[0].held.terms
        kind: ContractKind = "perpetual" if terms.expiry is None else "quarterly"
        assets = tuple(dict.fromkeys(leg.asset for leg in shorts))[:MOST_LEGS]
        return replace(usual, legs=assets, kind=kind, inverse=terms.inverse)

    @property
    def shorts(self) -> tuple[LegStanding, ...]:
        """The open shorts, the largest first, liquidated ones last. Raises BadInput where none is."""
        found = [leg for leg in self.standing.open if leg.side < 0]
        if not found:
            raise BadInput("What you have open is long, which hedges nothing. /exit closes it.")
        return tuple(sorted(found, key=lambda leg: -(leg.shorted or _ZERO)))


@dataclass(frozen=True, slots=True)
class Placed:
    """A ticket, the quote that it was made from, and the change that was wanted before rounding, signed."""

    ticket: Ticket
    quote: Quote
    wanted: Decimal


async def open_hedge(desk: Desk) -> OpenHedge | None:
    """The user's open hedge; None where nothing is open."""
    episode = await desk.ledger.open()
    if episode is None:
        return None
    return OpenHedge(episode, await standing_of(desk, episode), await desk.page())


def legs_named(desk: Desk, found: OpenHedge, words: Sequence[str], form: str) -> tuple[LegStanding, ...]:
    """The open positions that the words name: a coin or a contract, `on` a venue; all without any word.

    Without those that count as liquidated.

    Raises BadInput where none is of that name.
    """
    match [word.lower() for word in words]:
        case []:
            return found.legs
        case [_]:
            venue = None
        case [_, "on", typed]:
            venue = venue_called(typed, desk.venues)
        case _:
            raise BadInput(f"I do not understand that. Type {form}, or {form} ETH for one coin.")
    coin = words[0]
    legs = [leg for leg in found.standing.open if matching(coin, leg.held.symbol, leg.asset)]
    legs = [leg for leg in legs if venue in (None, leg.held.venue)]
    if not legs:
        mine = positions_named(found.held, venue)
        raise BadInput(f"{none_of(coin, venue)} You have {mine}.")
    return tuple(leg for leg in legs if not leg.lost)


async def planned_again(desk: Desk, found: OpenHedge, wish: Wish) -> tuple[Hedge, Snapshot]:
    """The plan for the wish, on the first venue that can: where most is open, the others, the user's own.

    Raises what kept the first one from it, and BadInput where nothing is held.
    """
    held = [*(holding.asset for holding in found.page.holdings), *(leg.asset for leg in found.standing.open)]
    if not found.page.holdings:
        raise BadInput("You hold nothing that this hedge could protect. /exit closes it, /add adds coins.")
    failure: HedgeError | None = None
    for venue in _venues(desk, found):
        try:
            snapshot = await desk.snapshot(histories(held, wish), venue)
            return await aside(plan, found.page.holdings, snapshot, wish, desk.now), snapshot
        except (NoData, CannotHedge) as error:
            failure = failure or error
    raise failure or NoData("No exchange can be reached now. Try again in a minute.")


def measured_with(hedge: Hedge, assets: Iterable[str], snapshot: Snapshot, now: datetime) -> Study:
    """The plan's study, with these assets too."""
    known = hedge.study.sample.assets
    more = [asset for asset in dict.fromkeys(assets) if asset not in known]
    return study(hedge.exposure, [*known, *more], snapshot, now.date()) if more else hedge.study


def in_full(wish: Wish, legs: Iterable[str]) -> Wish:
    """The wish for a hedge of everything with these legs only: by a coverage, not by an aim."""
    assets = tuple(dict.fromkeys(legs))[:MOST_LEGS]
    shares = wish.shares if assets == wish.legs else ()
    return replace(
        wish,
        coverage=_ONE,
        legs=assets,
        shares=shares,
        beta=wish.beta if shares or len(assets) == 1 else None,
        target_beta=None,
        keep=None,
        drop=None if wish.keep is not None else wish.drop,
    )


def left_open(full: Hedge, left: Mapping[Key, Decimal], worth: Decimal, now: datetime) -> Sizing:
    """The sizing of a hedge that was made smaller: from now on this is what is aimed at.

    full: the plan to hedge everything with what is left. left: contracts short; worth: their USD.
    """
    whole = sum(full.wanted.values(), _ZERO)
    share = (worth / whole).quantize(_STEP, ROUND_HALF_EVEN) if whole else _ONE
    coverage = min(max(share, LEAST_COVERAGE), MOST_COVERAGE)
    words = spell(replace(full.wish, coverage=coverage))
    return replace(sizing(full, words, now), coverage=coverage, wanted=dict(left))


def as_it_was(found: OpenHedge, now: datetime) -> Sizing:
    """The sizing that counts already; of positions by hand one that aims at nothing."""
    asset = found.standing.open[0].asset
    return found.sizing or Sizing(now, "", _ONE, {}, {}, 0.0, asset, None)


async def after_closing(
    desk: Desk, found: OpenHedge, left: Sequence[tuple[LegStanding, Decimal]], full: Hedge | None = None
) -> Sizing:
    """What is aimed at once only `left` is open: positions, each with the contracts left of it, signed.

    As it was where nothing is left, or where what is left cannot be measured now: closing has to go on.
    full: the plan to hedge everything with those legs, where it was made already.
    """
    shorts = [(leg, -count) for leg, count in left if count < 0 and leg.side < 0 and leg.shorted]
    if not shorts or len(shorts) < sum(bool(count) for _, count in left):
        return as_it_was(found, desk.now)
    if full is None:
        try:
            wish = in_full(found.wish, (leg.asset for leg, _ in shorts))
            full, _ = await planned_again(desk, found, wish)
        except HedgeError:
            return as_it_was(found, desk.now)
    counts: dict[Key, Decimal] = {}
    worth = _ZERO
    for leg, count in shorts:
        counts[leg.held.venue, leg.held.symbol] = count
        worth += (leg.shorted or _ZERO) * count / -leg.held.count
    return left_open(full, counts, worth, desk.now)


def closing_orders(closed: Iterable[Unwound], part: Fraction) -> list[Placed]:
    """The orders that close `part` of positions."""
    return [Placed(one.ticket, one.quote, -decimal(Fraction(one.leg.held.count) * part)) for one in closed]


async def keep_ticket(
    desk: Desk, found: OpenHedge, placed: Iterable[Placed], why: Sizing, line: str
) -> str | None:
    """Keep the orders that can be placed until the user says what became of them; their token.

    line: the command that shows them again, which /ticket does from now on.
    """
    orders = [order(one.ticket, one.wanted, found.fee, one.quote) for one in placed if one.ticket.placeable]
    if not orders:
        return None
    await desk.topic.show(line)
    return await desk.ledger.save_ticket(orders, why)


def _venues(desk: Desk, found: OpenHedge) -> list[str]:
    largest = sorted(found.standing.open, key=lambda leg: -abs(leg.shorted or _ZERO))
    mine = desk.venue_of(found.page.preferences)
    wanted = dict.fromkeys([*(leg.held.venue for leg in largest), mine])
    return [venue for venue in wanted if venue in desk.venues]
