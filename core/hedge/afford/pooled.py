"""Cash, and coins, that back all shorts together in one account at the venue."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

import numpy as np

from core.hedge.afford.account import SharedAccount, covariance_of, offered_short, pooled_short
from core.hedge.afford.backed import SharedBacking, rally_debt
from core.hedge.afford.ways import Way
from core.hedge.leg import Leg, fee_of
from core.hedge.plan import Ground
from core.hedge.size import Sized
from core.hedge.wish import Wish
from core.margin import TARGET, initial
from core.margin.pooled.odds import PoolOdds, jump_odds, pulled, slack_odds, swings_of
from core.margin.pooled.path import joint_break
from core.margin.pooled.slack import Slack
from core.margin.pooled.worst import cash_needed, share_backed
from core.margin.probability import distance_of

NEARLY = 1.02
"""Odds so many times the target count as the target: two searches do not end on the same digits."""
LESS = 0.97
"""Where the odds are above the target although no single move says so, the size is lowered by so much."""
TURNS = 3
"""Rounds in which the cash and the odds of jumps, which depend on it, are found together."""
LEAST_TAIL = 0.2
"""The share of the target that is left for swings, whatever jumps there are."""
LOWEST, MORE, TRIES = 0.005, 1.5, 24
"""Where the odds are above the target then, cash is raised by this share of the shorts, each time by so much
more, so many times at most.
"""


class Pooled:
    """The purse of shorts that share an account."""

    def __init__(self, known: Ground, wish: Wish, account: SharedAccount, cash: Decimal | None) -> None:
        self.account = account
        self._known, self._wish = known, wish
        self.cash = account.dollars if cash is None else cash
        """USD of dollar coins in it."""
        fees = {asset: fee_of(offer, wish) for asset, offer in known.offered.items()}
        self._candidates = tuple(asset for asset in known.offered if asset in known.measured.sample.assets)
        shorts = [offered_short(asset, known.offered[asset], fees[asset]) for asset in self._candidates]
        # Every leg that may be taken; what is worked out for a plan goes by those that it takes.
        pool = account.pool(shorts, self.cash)
        self._slack: Slack = pool.arrays
        self._opening = np.array([float(fees[asset]) for asset in self._candidates])
        moves = pulled(covariance_of(known.measured, pool.assets), pool.assets)
        self._root = swings_of(moves, wish.horizon_days)
        self._distance = distance_of(TARGET)
        self._lent = float(pool.opens() - self.cash)

    def most(self, ways: Sequence[Way]) -> list[float]:
        value, cash = float(self._known.measured.exposure.value), float(self.cash)
        found = []
        for way in ways:
            worths = {asset: beta * value * way.most for asset, beta in way.betas.items()}
            found.append(way.most * self._share(worths, cash))
        return found

    def holding(self, cash: Decimal) -> "Pooled":
        """The same account with another amount of cash."""
        other = copy(self)
        other.cash = cash
        return other

    def takes(self, sized: Sized) -> Decimal:
        """USD of cash, with what lies there already, that keeps the odds of these shorts at the target."""
        return self.needs(worths_of(sized.legs))

    def lower(self, coverage: float, sized: Sized) -> float | None:
        worths, cash = worths_of(sized.legs), float(self.cash)
        share = self._share(worths, cash)
        if share < 1:
            return coverage * min(share, 1 - 1e-4)
        return None if self.odds(worths, cash).probability <= TARGET * NEARLY else coverage * LESS

    def odds(self, worths: Mapping[str, float], cash: float) -> PoolOdds:
        """How likely these shorts, in USD by asset, are liquidated with so much cash."""
        return slack_odds(self._with(worths, cash), self._root, self._wish.horizon_days)

    def needs(self, worths: Mapping[str, float]) -> Decimal:
        """USD of cash with which these shorts are liquidated no likelier than the target; 0 or above."""
        short, distance = sum(worths.values()), self._distance
        opening = max(short / self._most_leverage(worths) - self._lent, 0.0)
        for _ in range(TURNS):
            needed = max(cash_needed(self._with(worths, 0.0), self._root, distance), opening)
            jumped = jump_odds(self._with(worths, needed), self._wish.horizon_days)
            if not jumped:
                break
            # What jumps of single coins take of the target is not there for swings of all together.
            distance = distance_of(max(TARGET - jumped, TARGET * LEAST_TAIL))
        raised = short * LOWEST
        for _ in range(TRIES):
            if self.odds(worths, needed).probability <= TARGET * NEARLY:
                break
            needed, raised = needed + raised, raised * MORE
        return Decimal(repr(needed)).quantize(Decimal("0.01"), ROUND_CEILING)

    def legs(self, sized: Sized, cash: Decimal, odds: PoolOdds) -> tuple[Leg, ...]:
        """The legs as they stand in the account: one leverage, and no end of their own."""
        most = self._most_leverage(worths_of(sized.legs))
        leverage = max(self._wish.leverage or Decimal(1), self._leverage(sized.legs, cash, most))
        return tuple(
            replace(
                leg,
                leverage=leverage,
                margin=initial(leg.notional, leverage),
                extra_margin=Decimal(0),
                liquidation=None,
                risk=odds.probability,
            )
            for leg in sized.legs
        )

    def backed(self, sized: Sized, legs: Iterable[Leg], cash: Decimal, odds: PoolOdds) -> SharedBacking:
        """All that is told of what backs these legs with so much cash."""
        account, measured = self.account, self._known.measured
        legs = tuple(legs)
        fees = sum((leg.notional * self._fee(leg) for leg in legs), Decimal(0))
        pool = account.pool([pooled_short(leg, self._fee(leg)) for leg in legs], cash - fees)
        betas = dict(zip(measured.sample.assets, measured.betas_to(sized.benchmark).tolist(), strict=True))
        columns = measured.columns(pool.assets)
        sigmas = dict(zip(pool.assets, measured.sigmas(columns).tolist(), strict=True))
        counts = {
            asset: account.collateral.counts(asset, quantity, account.prices[asset])
            for asset, quantity in account.coins.items()
        }
        loan = next((account.collateral.loans.get(leg.contract.settle) for leg in legs), None)
        return SharedBacking(
            mode=account.mode,
            called=account.terms.modes[account.mode],
            cash=cash,
            there=account.dollars,
            odds=odds,
            ends=joint_break(pool, betas, sigmas),
            figures=pool.figures(),
            counted=dict(sorted(counts.items(), key=lambda one: -one[1])),
            idle=account.idle,
            aside=account.aside,
            at_stake=account.worth + max(cash - account.dollars, Decimal(0)),
            assumed=bool(account.coins) and account.collateral.assumed,
            source=account.collateral.source,
            unsure=account.terms.unsure if account.coins else (),
            rally=rally_debt(pool, betas, loan) if account.coins else None,
            pool=pool,
        )

    def _fee(self, leg: Leg) -> Decimal:
        return leg.contract.taker_fee if self._wish.fee is None else self._wish.fee

    def _share(self, worths: Mapping[str, float], cash: float) -> float:
        """The share of these shorts that is backed, and that can be opened."""
        opened = (cash + self._lent) * self._most_leverage(worths) / sum(worths.values())
        return min(share_backed(self._with(worths, cash), self._root, self._distance), max(opened, 0.0))

    def _with(self, worths: Mapping[str, float], cash: float) -> Slack:
        """The account with these shorts and what is left of the cash once they are open."""
        taken = np.array([place for place, asset in enumerate(self._candidates) if worths.get(asset)], int)
        usd = np.array([worths[self._candidates[place]] for place in taken])
        slack = self._slack.of_shorts(taken)
        sizes = np.where(slack.inverse, usd, usd / slack.prices[slack.at])
        return slack.opened(sizes, cash - float(usd @ self._opening[taken]))

    def _most_leverage(self, worths: Mapping[str, float]) -> float:
        """The highest leverage at which all of these shorts can be opened."""
        offered = self._known.offered
        brackets = (offered[asset].contract.brackets[0] for asset in worths)
        return float(min(bracket.max_leverage for bracket in brackets))

    def _leverage(self, legs: Iterable[Leg], cash: Decimal, most: float) -> Decimal:
        """The lowest whole leverage at which these shorts can be opened."""
        short = sum((leg.notional for leg in legs), Decimal(0))
        draws = cash + Decimal(repr(self._lent))
        if draws <= 0:
            return Decimal(1)
        whole = (short / draws).to_integral_value(ROUND_CEILING)
        return max(min(whole, Decimal(repr(most))), Decimal(1))


def worths_of(legs: Iterable[Leg]) -> dict[str, float]:
    """USD short of each asset."""
    return {leg.asset: float(leg.notional) for leg in legs}
