"""The user's open hedge as it stands now, and which of its positions the words after a command name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.desk.desk import Desk
from bot.hedges.contract_names import called, remark_old_name
from bot.hedges.planning import usual_wish
from bot.hedges.reporting import standing_of
from bot.reading.venues import venue_called
from bot.reading.wishes import read_wish
from bot.wording.filled import none_of, positions_named
from bot.wording.positions import no_positions
from bot.wording.reply import Reply, row
from core.domain.errors import BadInput
from core.hedge.wish import ContractKind, Wish
from core.journal.episode import Episode, Sizing
from core.journal.held import Held
from core.measure.subset import MOST_LEGS
from core.outcome.leg_standing import LegStanding
from core.outcome.standing import Standing
from core.store.user.book import Page

NONE_OPEN = Reply(no_positions(), (row({"Plan a hedge": "/hedge", "Past hedges": "/history"}),))
"""The answer to a command that needs an open hedge, where the user has none."""


@dataclass(frozen=True, slots=True)
class OpenHedge:
    """The user's open hedge as it stands now."""

    episode: Episode
    standing: Standing
    page: Page
    """What the user holds, and their settings."""

    @property
    def legs(self) -> tuple[LegStanding, ...]:
        """The open positions on all venues, without those that count as liquidated."""
        return self.standing.kept

    @property
    def held(self) -> tuple[Held, ...]:
        """All positions that are open by the journal, also those that count as liquidated."""
        return tuple(leg.held for leg in self.standing.open)

    @property
    def stuck(self) -> tuple[LegStanding, ...]:
        """The positions for which no order can be worked out now, as a price or the contract is missing."""
        return tuple(leg for leg in self.legs if not leg.tradable)

    @property
    def fee(self) -> Decimal | None:
        """The user's own taker fee."""
        return self.page.preferences.fee

    @property
    def sizing(self) -> Sizing | None:
        """Why the hedge is sized as it is; None where its positions were entered by hand, without a plan."""
        known = [sizing for sizing in self.episode.sizings if sizing.betas]
        return known[-1] if known else None

    @property
    def wish(self) -> Wish:
        """What the user wished for, with the legs that were chosen then.

        Where there was no plan, the user's usual wish with the coins that are short now.
        """
        usual, known = usual_wish(self.page.preferences), self.sizing
        if known is not None:
            # What backs it stands in its own words: the settings may have changed since.
            wish = read_wish(known.wish.split(), replace(usual, mode="isolated", cash=None))
            return wish if wish.legs else replace(wish, legs=tuple(known.betas), orders=None)
        shorts = self.shorts
        terms = shorts[0].held.terms
        kind: ContractKind = "perpetual" if terms.expiry is None else "quarterly"
        assets = tuple(dict.fromkeys(leg.asset for leg in shorts))[:MOST_LEGS]
        return replace(usual, legs=assets, kind=kind, inverse=terms.inverse)

    @property
    def shorts(self) -> tuple[LegStanding, ...]:
        """The open shorts, the largest first, liquidated ones last. Raises BadInput where there is none."""
        found = [leg for leg in self.standing.open if leg.side < 0]
        if not found:
            raise BadInput("What you have open is long, which hedges nothing. /exit closes it.")
        return tuple(sorted(found, key=lambda leg: -(leg.shorted or Decimal(0))))


async def open_hedge(desk: Desk) -> OpenHedge | None:
    """The user's open hedge; None where nothing is open."""
    episode = await desk.ledger.open()
    if episode is None:
        return None
    return OpenHedge(episode, await standing_of(desk, episode), await desk.page())


def legs_named(desk: Desk, found: OpenHedge, words: Sequence[str], form: str) -> tuple[LegStanding, ...]:
    """The open positions that the words name, without those that count as liquidated.

    words: a coin or a contract, and `on` a venue where it is open on several; all positions where there are
    none. form: the command, for the sentence that refuses. Raises BadInput where no position has that name.
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
    there = (leg for leg in found.standing.open if venue in (None, leg.held.venue))
    legs = called(coin, there, lambda leg: (leg.held.symbol, leg.asset))
    if not legs:
        mine = positions_named(found.held, venue)
        raise BadInput(f"{none_of(coin, venue)} You have {mine}.")
    remark_old_name(desk, coin, legs[0].asset)
    return tuple(leg for leg in legs if not leg.lost)
