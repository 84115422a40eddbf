"""People of every sort in a world where everything may happen."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
from numpy.random import Generator

from core.alert import KINDS
from core.alert.rule import Rule
from core.domain.errors import AlreadyDone, BadInput
from core.domain.holding import HoldingChange
from core.domain.quote import Stage
from core.journal.episode import Episode
from core.journal.fill import Fill, Margin, Void
from core.store.user.ledger import Ledger
from tests.core.sweep.world import ALPHA, BETA, DIGEST, PRICES, World, fill, listed, sizing

STAGES: tuple[Stage, ...] = ("calm", "near", "now")


async def person(world: World, user: int, draw: Generator) -> None:
    """Somebody: coins, perhaps stablecoins, perhaps a hedge of some sort."""
    book = world.book(user)
    if draw.random() < 0.8:
        await book.prefer(venue=str(draw.choice([ALPHA, ALPHA, BETA])))
    if draw.random() < 0.3:
        zone = str(draw.choice(["Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"]))
        await book.prefer(digest_at=int(draw.integers(0, 24 * 60)), timezone=zone)
        await world.alerts(user).add(DIGEST)
    coins = [str(coin) for coin in draw.choice(list(PRICES), size=int(draw.integers(1, 5)), replace=False)]
    prices = {coin: world.price(coin) for coin in coins}
    worth = {coin: Decimal(int(draw.integers(500, 20_000))) for coin in coins}
    changes = [HoldingChange("add", coin, round(worth[coin] / prices[coin], 8)) for coin in coins]
    if draw.random() < 0.2:
        changes.append(HoldingChange("add", "USDC", Decimal(3000)))
    await book.apply(changes, prices=prices)
    if draw.random() < 0.8:
        await hedge(world, user, draw, float(sum(worth.values())), coins)


async def hedge(world: World, user: int, draw: Generator, worth: float, coins: list[str]) -> None:
    """Open contracts for coins of this worth."""
    prices = {coin: world.price(coin) for coin in PRICES}
    betas = {"ETH": 0.7, "BTC": 0.4} if draw.random() < 0.6 else {"SOL": 0.9}
    some = draw.random()
    only = (
        tuple(map(str, draw.choice(coins, min(len(coins), 1 + (some < 0.1)), replace=False)))
        if some < 0.2
        else ()
    )
    ledger = world.book(user).ledger
    fills = []
    for coin, beta in betas.items():
        symbol = f"{coin}/USDT:USDT"
        if coin == "ETH" and draw.random() < 0.4:
            symbol = str(draw.choice(["ETH/USD:ETH", "ETH/USDT:USDT-260626"]))
        venue = str(draw.choice([ALPHA, BETA]))
        each = listed(venue)[symbol]
        one = float(each.value(world.price(coin, venue)))
        count = max(round(worth * beta * float(draw.uniform(0.9, 1.1)) / one), 1)
        if symbol.endswith(("USDT", "ETH")) and draw.random() < 0.1:
            count = -count  # a long
        margin = None if draw.random() < 0.2 else str(round(abs(count) * one / float(draw.uniform(2, 6)), 2))
        fills.append(fill(world, venue, symbol, str(-count), margin=margin))
    planned = draw.random() < 0.8
    ticket = await ledger.save_ticket((), sizing(world, betas, only)) if planned else None
    await ledger.record(fills, prices=prices, ticket=ticket)


async def meddle(world: World, user: int, draw: Generator) -> None:
    """The user changes something."""
    book = world.book(user)
    ledger = book.ledger
    coin = str(draw.choice(list(PRICES)))
    episode = await ledger.open()
    try:
        match int(draw.integers(0, 7)):
            case 0:
                amount = round(Decimal(int(draw.integers(100, 3000))) / world.price(coin), 6)
                await book.apply([HoldingChange("add", coin, amount)], prices={coin: world.price(coin)})
            case 1:
                await book.prefer(venue=str(draw.choice([ALPHA, BETA])))
            case 2 | 3 if episode:
                await trade(world, ledger, episode, draw)
            case 4:
                await add_alert(world, user, draw)
            case 5:
                await snooze(world, user, draw)
            case _:
                alerts = await world.alerts(user).list()
                if alerts:
                    number = int(draw.choice([alert.number for alert in alerts]))
                    await world.alerts(user).change(number, mode=draw.choice(["on", "off", "silent"]))
    except (BadInput, AlreadyDone):
        return


async def trade(world: World, ledger: Ledger, episode: Episode, draw: Generator) -> None:
    """The open hedge is changed: something taken back, halved, with more margin, or opened beside it."""
    fills = [entry.what for entry in episode.entries if isinstance(entry.what, Fill)]
    match int(draw.integers(0, 4)):
        case 0:
            await ledger.record([Void(int(draw.choice([entry.number for entry in episode.entries])))])
        case 1:
            half = -(fills[-1].count / 2).to_integral_value()
            await ledger.record([replace(fills[-1], count=half, at=world.clock(), margin=None)])
        case 2:
            await ledger.record([Margin(fills[0].venue, fills[0].symbol, Decimal(2500), world.clock())])
        case _:
            symbol = str(draw.choice(list(listed(ALPHA))))
            beside = fill(world, str(draw.choice([ALPHA, BETA])), symbol, "-3", margin="200")
            await ledger.record([beside], prices={coin: world.price(coin) for coin in PRICES})


async def snooze(world: World, user: int, draw: Generator) -> None:
    """One of the user's alerts sleeps for a while."""
    alerts = await world.alerts(user).list()
    if alerts:
        number = int(draw.choice([alert.number for alert in alerts]))
        until = world.clock() + timedelta(minutes=int(draw.integers(1, 200)))
        await world.alerts(user).change(number, snoozed_until=until)


async def add_alert(world: World, user: int, draw: Generator) -> None:
    """Any rule that can be."""
    names = [name for name in KINDS if name not in ("beta", "digest")]
    kind = KINDS[str(draw.choice(names))]
    figure = str(draw.choice(list(kind.figures)))
    coin = str(draw.choice([*PRICES, "GONE"]))
    subject = {"needed": coin, "none": ""}.get(kind.coin, str(draw.choice(["", "", coin])))
    await world.alerts(user).add(rule(kind.name, figure, subject, draw))


def rule(kind: str, figure: str, subject: str, draw: Generator) -> Rule:
    """Thresholds near to where values are."""
    about = {
        "liquidation distance": (0.2, 0.5),
        "liquidation sigma": (3, 8),
        "margin health": (5, 40),
        "funding rate": (-0.0002, 0.0004),
        "funding apr": (-0.2, 0.4),
        "funding extreme": (1, 5),
        "funding pays": (-0.1, 0.2),
        "drift size": (0.03, 0.2),
        "drift risk": (0.03, 0.2),
        "expiry left": (15.7, 16),
        "dehedge fall": (0.02, 0.2),
        "price level": (PRICES.get(subject, 1.0) * 0.9, PRICES.get(subject, 1.0) * 1.1),
        "basis yearly": (0.03, 0.1),
        "stale minutes": (5, 20),
        "adl stage": (0, 1.9),
    }
    low, high = about.get(f"{kind} {figure}", (0.01, 0.1))
    side = KINDS[kind].figures[figure].side
    if side is None:
        side = str(draw.choice(["above", "below", "across"]))  # type: ignore[assignment]
    count = 1 if side == "across" else int(draw.integers(1, 4))
    tiers = {Decimal(str(round(float(tier), 6))) for tier in draw.uniform(low, high, size=count)}
    return Rule(kind, figure, subject, side, tuple(sorted(tiers, reverse=side == "below")))  # type: ignore[arg-type]


def move(world: World, draw: Generator) -> None:
    """A minute or more passes; prices move, all with the market and each by itself; a venue may be down."""
    world.clock.now += timedelta(minutes=float(draw.choice([1, 1, 2, 7, 61])))
    market = float(draw.normal(0, 0.03))
    for told in world.markets.values():
        told.down = bool(draw.random() < 0.15)
        symbols = list(listed(told.venue))
        told.mute = {str(symbol) for symbol in draw.choice(symbols, size=int(draw.integers(0, 3)))}
        told.delisted = {str(draw.choice(symbols))} if draw.random() < 0.2 else set()
        for coin in PRICES:
            told.prices[coin] *= float(np.exp(market + draw.normal(0, 0.02)))
            told.rates[coin] = round(float(draw.normal(0.0001, 0.0002)), 8)
            if draw.random() < 0.3:
                told.stages[coin] = STAGES[int(draw.integers(0, 3))]
