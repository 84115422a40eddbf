"""A market made from a seed and a scenario: no network, and for one moment always the same figures."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import numpy as np
from numpy.typing import NDArray

from core.domain.capital.collateral import Collateral, Loan, flat
from core.domain.coins.asset import MAJORS
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.market import Health
from core.domain.quote import Deleveraging, FundingRate, Quote, Stage
from core.domain.series import NO_CLOSES, NO_SPANS, Candles, Closes, FundingHistory, day_range, scaled
from core.domain.stated import Stated
from core.margin.adl import SIGNALLED
from core.venues.simulated.assets import ASSETS, DATED_SHARE, POSITION, TURNOVERS
from core.venues.simulated.candles import between, day_candles
from core.venues.simulated.listing import dated_futures, perpetuals_listed
from core.venues.simulated.paths import EPOCH, Paths, settlement_noise
from core.venues.simulated.scenario import scenario_named
from core.venues.simulated.story import Shock, Story

MAJORS_COUNT, OTHERS_COUNT = Decimal("0.9"), Decimal("0.8")
"""The share of its worth that a coin counts as margin."""
DEBT_A_DAY = Decimal("0.0005")
"""Interest of a day."""
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)
_YEAR = timedelta(days=365)
_FUNDING_NOISE = 0.00002  # of the rate for 8 hours: one standard deviation
_NOISE_LIMIT = 3.0  # standard deviations; the calm rate of 0.0001 stays positive
_PREMIUM = 2.0  # of a perpetual's mark over spot, for a funding rate of one for 8 hours
_RATE_STEP = Decimal("0.00000001")
_FALLS: tuple[tuple[float, Stage], ...] = ((0.3, "now"), (0.2, "near"))
"""How near this market is to closing shorts in profit, by how far a coin has fallen within a day."""
_FINER = 10  # mark and index have this many steps in a tick


class SimulatedMarket:
    """A `core.domain.market.Market` that moves with the clock it is given.

    seed: which prices. scenario: a name in `SCENARIOS`; it unfolds from `began` on,
    by default the clock's time now. Prices before `began` are the same in every scenario, and a past close
    never changes. Raises BadInput for an unknown scenario, ValueError for a time without a zone; before 2020
    there are no quotes (NoData) and no closes.
    """

    simulated: bool = True
    remarks: tuple[Stated, ...] = ()

    def __init__(
        self,
        seed: int,
        scenario: str,
        clock: Callable[[], datetime],
        venue: str = "simulated",
        began: datetime | None = None,
    ) -> None:
        self.venue = venue
        self._seed = seed
        self._story = Story(scenario_named(scenario))
        self._clock = clock
        self._began = _utc(began or clock())
        self._paths = Paths(seed)
        self._perpetuals = perpetuals_listed(venue)
        self._places = {symbol: place for place, symbol in enumerate(self._perpetuals)}

    @property
    def health(self) -> Health:
        """There is no connection that could fail."""
        return Health()

    def favour(self, assets: Collection[str]) -> None:
        """Every figure is there at once."""

    def go_on_as(self, scenario: str) -> None:
        """From now on this scenario unfolds; what has happened stays. Raises BadInput for an unknown one."""
        self._story.go_on_as(scenario_named(scenario), self._now())

    def befall(self, shock: Shock) -> None:
        """From now on this happens, beside the scenario."""
        self._story.befall(shock, self._now())

    async def contracts(self) -> Mapping[str, Contract]:
        """The rules of every contract listed now, by unified symbol."""
        return self._listed(self._answering())

    async def quotes(self) -> Mapping[str, Quote]:
        """Mark, index, bid and ask of every contract listed now."""
        now = self._answering()
        spot = np.exp(self._logs(now))
        return {
            symbol: _quote(contract, float(spot[POSITION[contract.asset]]), self._premium(contract, now), now)
            for symbol, contract in self._listed(now).items()
        }

    async def funding(self) -> Mapping[str, FundingRate]:
        """The rate of every perpetual for its next settlement, which is on a UTC multiple of its interval."""
        now = self._answering()
        return {
            symbol: self._funding(contract, now)
            for symbol, contract in self._listed(now).items()
            if contract.perpetual
        }

    async def collateral(self) -> Collateral | None:
        """Made up: majors count at nine tenths, other coins at eight; a debt costs a twentieth of a percent a
        day. Where this market stands in for a venue it says nothing, and what is assumed of that one counts.
        """
        now = self._answering()
        if self.venue != "simulated":
            return None
        ratios = {contract.asset: OTHERS_COUNT for contract in self._perpetuals.values()}
        ratios |= dict.fromkeys(MAJORS, MAJORS_COUNT)
        haircuts = {asset: flat(asset, ratio) for asset, ratio in ratios.items()}
        return Collateral(self.venue, now, haircuts, {"USDT": Loan("USDT", DEBT_A_DAY)}, source="made up")

    async def deleveraging(self) -> Mapping[str, Deleveraging]:
        """As a venue would that closes shorts in profit once a coin has fallen very far within a day.

        Where this market stands in for a venue that says nothing of it, it says nothing either.
        """
        now = self._answering()
        if self.venue not in SIGNALLED:
            return {}
        fallen = 1 - np.exp(self._logs(now) - self._logs(now - timedelta(days=1)))
        closes = self._story.deleverages(self._hours(now))
        return {
            symbol: Deleveraging("now" if closes else _stage(float(fallen[POSITION[contract.asset]])), now)
            for symbol, contract in self._perpetuals.items()
        }

    def _logs(self, at: datetime) -> NDArray[np.float64]:
        """The logarithm of each coin's price at a moment, with what the scenario makes of it."""
        return np.asarray(self._paths.log_prices(at) + self._story.moves(np.asarray(self._hours(at)))[:, 0])

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        """There is no spot market: a coin without a contract has no price here."""
        del assets
        return {}

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        """What each perpetual in `symbols` settled from `since`, or from its listing, until now."""
        now = self._answering()
        known = (self._perpetuals[symbol] for symbol in symbols if symbol in self._perpetuals)
        return {contract.symbol: self._settled(contract, _utc(since), now) for contract in known}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        """Daily closes of each asset in USD per coin, from its day in `since` or its first to yesterday."""
        yesterday = self._answering().date() - timedelta(days=1)
        return {asset: self._closes(asset, day, yesterday) for asset, day in since.items() if asset in ASSETS}

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        """Candles of each asset that end after `first` and until `last` or now, from its listing on.

        They are made of one price a minute, the one that `quotes` gives then.
        """
        return await self._candles(assets, first, last, hours * _HOUR)

    async def _candles(
        self, assets: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> dict[str, Candles]:
        known = [asset for asset in dict.fromkeys(assets) if asset in ASSETS]
        first, last = _utc(first), min(_utc(last), self._answering())
        listed = {asset: _midnight(self._listing_day(asset)) for asset in known}
        begin = max(first, min(listed.values(), default=last))
        days = []
        for day in day_range(begin.date(), last.date()).astype(object):
            days.append(day_candles(day, self._minutes(day, known), length))
            await asyncio.sleep(0)  # a long span keeps nobody waiting
        if not days:
            return {}
        return {
            asset: between([whole[row] for whole in days], max(first, listed[asset]), last)
            for row, asset in enumerate(known)
        }

    async def marks(
        self, symbols: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> Mapping[str, Candles]:
        """Candles of each contract's coin, as its price is quoted: they are never far apart."""
        contracts = await self.contracts()
        known = {symbol: contracts[symbol] for symbol in symbols if symbol in contracts}
        coins = await self._candles([each.asset for each in known.values()], first, last + length, length)
        return {
            symbol: scaled(coins.get(each.asset, NO_SPANS), float(each.scale))
            for symbol, each in known.items()
        }

    async def close(self) -> None:
        """There is no connection to let go of."""

    def _answering(self) -> datetime:
        """The time; raises NoData while the scenario has the venue down."""
        now = _utc(self._clock())
        if (until := self._story.silent_until(self._hours(now))) is not None:
            end = self._began + until * _HOUR
            raise NoData(f"{self.venue} is down (a simulated outage). Try again at {end:%H:%M} UTC.")
        return now

    def _listed(self, now: datetime) -> dict[str, Contract]:
        gone = self._story.delisted(self._hours(now))
        listed = self._perpetuals | dated_futures(self.venue, now)
        return {symbol: each for symbol, each in listed.items() if each.asset not in gone}

    def _hours(self, now: datetime) -> float:
        return (now - self._began) / _HOUR

    def _now(self) -> float:
        """How many hours the market has gone on by now."""
        return self._hours(_utc(self._clock()))

    def _premium(self, contract: Contract, now: datetime) -> float:
        """Mark over spot, less one: by basis and time left for a dated future, by funding for a perpetual."""
        if contract.expiry:
            return self._story.basis(self._hours(now)) * ((contract.expiry - now) / _YEAR)
        return _PREMIUM * self._eight_hour_rate(contract, now)

    def _funding(self, contract: Contract, now: datetime) -> FundingRate:
        hours = self._interval(contract.asset, now)
        rate = Decimal(self._eight_hour_rate(contract, now)) * hours / 8
        return FundingRate(rate.quantize(_RATE_STEP), hours, at=now, next_at=_next(now, hours))

    def _settled(self, contract: Contract, since: datetime, now: datetime) -> FundingHistory:
        """The rate of a settlement is the one that was announced in the second before it."""
        first = max(since, _midnight(self._listing_day(contract.asset)))
        times, rates = [], []
        at = _next(first - _SECOND, self._interval(contract.asset, first - _SECOND))
        while at <= now:
            times.append(at.replace(tzinfo=None))
            rates.append(float(self._funding(contract, at - _SECOND).rate))
            at = _next(at, self._interval(contract.asset, at))
        return FundingHistory(np.array(times, dtype="datetime64[s]"), np.array(rates, dtype=np.float64))

    def _eight_hour_rate(self, contract: Contract, now: datetime) -> float:
        """Funding as if settled every 8 hours; the noise in it holds from settlement to settlement."""
        settles = _next(now, self._interval(contract.asset, now))
        noise = settlement_noise(self._seed, int(settles.timestamp()) // 3600, len(self._perpetuals))
        drawn = np.clip(noise[self._places[contract.symbol]], -_NOISE_LIMIT, _NOISE_LIMIT)
        return float(self._story.funding(self._hours(now)) + _FUNDING_NOISE * drawn)

    def _interval(self, asset: str, now: datetime) -> int:
        """Hours between two settlements of the asset's perpetuals."""
        start, scenario = self._story.act(self._hours(now))
        # Venues change the interval at a settlement: here at the first that is 4 hours after the beginning.
        if asset in scenario.hourly and now >= _next(self._began + (start + 4) * _HOUR, 8):
            return 1
        return ASSETS[asset].funding_hours

    def _minutes(self, day: date, assets: Sequence[str]) -> NDArray[np.float64]:
        """(assets, 1441) USD per coin at each minute of the day, its end included."""
        rows = [POSITION[asset] for asset in assets]
        hours: NDArray[np.float64] = self._hours(_midnight(day)) + np.arange(24 * 60 + 1) / 60
        return np.asarray(np.exp((self._paths.log_minutes(day) + self._story.moves(hours))[rows]))

    def _listing_day(self, asset: str) -> date:
        """The first day of the asset's history."""
        return max(self._began.date() - timedelta(days=ASSETS[asset].history_days), EPOCH)

    def _closes(self, asset: str, since: date, yesterday: date) -> Closes:
        first = max(since, self._listing_day(asset))
        if first > yesterday:
            return NO_CLOSES
        days = day_range(first, yesterday)
        # A day closes at the midnight that ends it; so far has the scenario come by then.
        ended = _midnight(first) + 24 * _HOUR
        hours: NDArray[np.float64] = self._hours(ended) + 24.0 * np.arange(len(days), dtype=np.float64)
        row = POSITION[asset]
        return Closes(
            days, np.exp(self._paths.log_closes(first, yesterday)[row] + self._story.moves(hours)[row])
        )


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the simulated market needs a time with its zone")
    return moment.astimezone(UTC)


def _midnight(day: date) -> datetime:
    """The start of a UTC day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _next(now: datetime, hours: int) -> datetime:
    """The first UTC multiple of `hours` after `now`."""
    span = hours * 3600
    return datetime.fromtimestamp((int(now.timestamp()) // span + 1) * span, UTC)


def _stage(fallen: float) -> Stage:
    return next((stage for fall, stage in _FALLS if fallen >= fall), "calm")


def _quote(contract: Contract, spot: float, premium: float, now: datetime) -> Quote:
    """The contract's quote from USD per coin. Rounding the sides away from the mark keeps bid < ask."""
    index = Decimal(spot) * contract.scale
    mark = index * (1 + Decimal(premium))
    half = mark * Decimal(ASSETS[contract.asset].half_spread)
    turnover = TURNOVERS[ASSETS[contract.asset].tiers] * (1 if contract.perpetual else DATED_SHARE)
    return Quote(
        mark=_stepped(mark, contract.tick / _FINER, ROUND_HALF_EVEN),
        at=now,
        index=_stepped(index, contract.tick / _FINER, ROUND_HALF_EVEN),
        bid=_stepped(mark - half, contract.tick, ROUND_FLOOR),
        ask=_stepped(mark + half, contract.tick, ROUND_CEILING),
        turnover=turnover,
        interest=turnover / 2,
    )


def _stepped(price: Decimal, step: Decimal, rounding: str) -> Decimal:
    """The price on its grid, at least one step."""
    return max((price / step).to_integral_value(rounding), Decimal(1)) * step
