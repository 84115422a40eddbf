"""The sentence that the user reads for each kind of error, and the one that the log gets."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

import core
from bot.reading.venues import name_of
from bot.wording.errors import WAYS, said
from core.advice.roll import NoLaterFuture, NothingToRoll
from core.alert import NoSuchKind
from core.alert.words import NotARule
from core.cost.basis import HasExpired
from core.cost.short import FundingUnknown
from core.domain import errors, missing
from core.domain.coins.place import ELSEWHERE, MoreElsewhere, Place, SeveralPlaces, TooFewToMove
from core.domain.contract import Condition
from core.domain.errors import BadInput, HedgeError
from core.domain.holding import CoinsNotHeld, NoHoldings, NotAboveZero
from core.hedge import unclear, unmet
from core.hedge.leaving import STOPPED, EndsLater, EndsTooSoon, Leaving
from core.hedge.ticket import CannotClose
from core.journal.correction import TurnedAround
from core.journal.journal import WorthChanged
from core.journal.matching import NoPriceToFill
from core.journal.sync import NotADifference
from core.outcome import unknown
from core.outlook.scenario import MoveOutOfRange
from core.store.user import refusals
from core.venues.catalogue.remarks import NoCoinPriced, PricedOnSpot
from core.venues.exchange.account.account import AskedTooOften, KeyRefused
from tests.domain import contract

FAMILIES = {kind for _, kind in inspect.getmembers(errors, inspect.isclass)}

USD = Decimal
ETH = "ETH/USDT:USDT"
LEAVING = replace(
    contract("SOL"),
    venue="binanceusdm",
    id="SOLUSDT",
    condition="suspended",
    ends=datetime(2026, 3, 14, 8, tzinfo=UTC),
)
SENTENCES: list[tuple[HedgeError, str]] = [
    (KeyRefused("Bybit refused this key."), "Bybit refused this key."),
    (AskedTooOften("Bybit asks for fewer requests."), "Bybit asks for fewer requests."),
    (NoHoldings(), "You have no holdings yet. Add some first, for example: /add SOL 60"),
    (
        SeveralPlaces("SOL", {Place("bybit"): USD(40), ELSEWHERE: USD(20)}),
        "SOL: 40 at Bybit, 20 elsewhere. Nothing was changed. "
        "Say where, for example: /set SOL 5 at elsewhere",
    ),
    (
        TooFewToMove("SOL", USD(70), {Place("bybit"): USD(40), ELSEWHERE: USD(20)}),
        "You hold 60 SOL in all, fewer than 70. Nothing was changed. /at shows where they lie.",
    ),
    (
        TooFewToMove("SOL", USD(30), {Place("bybit"): USD(40), ELSEWHERE: USD(20)}),
        "SOL: 40 at Bybit, 20 elsewhere. Only what lies elsewhere can move there; nothing was changed. "
        "/at shows where they lie.",
    ),
    (
        MoreElsewhere("ETH", USD(6)),
        "6 ETH lie elsewhere already. Nothing was changed. "
        "Say where the others are, for example: /at bybit ETH 2",
    ),
    (
        unclear.BothOnlyAndWithout(),
        "Say which coins to hedge, or which to leave out: /hedge only ETH SOL, or /hedge without DOGE.",
    ),
    (unclear.CoverageOutOfRange(), "Coverage goes from 1% to 150%. Type for example /hedge 50%."),
    (unclear.OrdersOutOfRange(3), "A hedge has 1 to 3 orders. Type for example /hedge 2 orders."),
    (
        unclear.BothOrdersAndCoins(),
        "Say how many orders, or which coins, not both. Type for example /hedge 2 orders.",
    ),
    (
        unclear.BetaOutOfRange(Decimal(5)),
        "Beta goes from above 0 to 5. Type for example /hedge beta 1.5 ETH.",
    ),
    (unclear.BetaOfNoCoin(), "A beta of your own needs one coin to short: /hedge beta 1.5 ETH."),
    (
        unclear.TargetBetaOutOfRange(Decimal(5)),
        "The beta to keep goes from 0 to 5. Type for example /hedge target beta 0.5.",
    ),
    (
        unclear.FallOutOfRange(),
        "The fall goes from above 0% to below 100%. Type for example /hedge drop 20%.",
    ),
    (unclear.LossWithoutFall(), "Say which fall you have in mind: /hedge keep 5000 drop 20%."),
    (
        unclear.NegativeLoss(),
        "The loss you accept cannot be negative. Type for example /hedge keep 5000 drop 20%.",
    ),
    (
        unclear.SeveralAims(),
        "Choose one of keep, target beta and beta. Type for example /hedge keep 5000 drop 20%.",
    ),
    (
        unclear.DatedInverse(),
        "Coin-margined contracts are perpetual here. Type /hedge inverse, or /hedge quarterly.",
    ),
    (
        unclear.LeverageOutOfRange(Decimal(125)),
        "Leverage goes from 1x to 125x. Type for example /hedge 2x.",
    ),
    (unclear.HorizonOutOfRange(365), "The horizon goes from 1 to 365 days. Type for example /hedge 14d."),
    (
        CoinsNotHeld("XRP and no ADA"),
        "You hold no XRP and no ADA. /portfolio shows what you hold.",
    ),
    (
        unclear.NothingLeft(),
        "That leaves none of your coins to hedge. Type for example /hedge without DOGE.",
    ),
    (unclear.OnlyStablecoins(), "You hold only stablecoins, which need no hedge."),
    (
        unclear.NothingPriced("okx", "ABC, DEF"),
        "OKX has no price for ABC, DEF. Try another venue: /venue.",
    ),
    (
        unmet.TooMuchLeverage("bybit", "ETH", USD("2500000.4"), Decimal(50)),
        "Bybit allows at most 50x on $2,500,000 of ETH. Type /hedge 50x or less.",
    ),
    (
        unmet.LiquidatedAtOnce("SOL", Decimal(100), Decimal(3)),
        "At 100x the SOL short would be liquidated at once: its margin is no more than the venue asks it to "
        "keep. Type /hedge 3x or less.",
    ),
    (
        unmet.LegsDidNotMove("BTC and ETH"),
        "BTC and ETH did not move with your coins, so shorting is no hedge.",
    ),
    (
        unmet.NoDollarHedge("BTC"),
        "No contract here can be shorted for all of your coins. Try /hedge drop 20% BTC",
    ),
    (
        unmet.LossAccepted("BTC", Decimal("0.20"), USD("1234.4"), USD(5000)),
        "No hedge is needed: if BTC falls 20% you would lose about $1,234, less than the $5,000 you accept.",
    ),
    (
        unmet.BetaLowAlready("BTC", 0.456, Decimal("0.5")),
        "No hedge is needed: your beta to BTC is 0.46 already, not above 0.5. Type a lower one: "
        "/hedge target beta 0.2",
    ),
    (
        unmet.BetaLowAlready("BTC", 0.1, Decimal("0.5")),
        "No hedge is needed: your beta to BTC is 0.10 already, not above 0.5. Type a lower one: "
        "/hedge target beta 0.1",
    ),
    (unmet.DidNotFall("ETH"), "What you would short did not fall with ETH. Type /hedge ETH."),
    (
        unmet.NoneMeasured("binanceusdm", "perpetual contract"),
        "Binance has no perpetual contract with enough price history. Try /hedge.",
    ),
    (unmet.NothingToHedgeWith(), "There is nothing here to hedge with."),
    (unmet.NoneMoves(), "No contract here moves with your coins, so none can hedge them."),
    (
        unmet.NotOffered("krakenfutures", "ABC", "quarterly contract", ("BTC", "ETH")),
        "Kraken Futures has no quarterly contract for ABC with a current price. Try /hedge BTC "
        "or /hedge ETH.",
    ),
    (
        unmet.NotOffered("simulated", "ABC", "perpetual contract", ()),
        "simulated has no perpetual contract for ABC with a current price. Try /hedge.",
    ),
    (
        unmet.OnItsWayOut(EndsTooSoon(LEAVING), ("ETH",)),
        "Binance ends SOLUSDT on 14 Mar 2026, 08:00 UTC, so no new short is opened in it. Try /hedge ETH.",
    ),
    (
        unmet.OnItsWayOut(Leaving(LEAVING), ()),
        "SOLUSDT on Binance is suspended now, so no new short is opened in it. Try /hedge.",
    ),
    (
        unmet.TooLittleHistory("ABC"),
        "ABC has too little price history. Give a beta of your own: /hedge beta 1 ABC",
    ),
    (
        unmet.TooManyOrders("okx", "SOL", 1234, USD(5000), 200),
        "This hedge would take 1,234 orders, because one order of SOL on OKX can be of $5,000 at most, and "
        "nobody can place more than 200 by hand. Look at /portfolio whether a number is too large, or hedge "
        "a part: /hedge 10%.",
    ),
    (
        unmet.TooSmall("bybit", "ETH", USD("12.5"), USD("20.25"), USD(31)),
        "Your $12.50 of coins is too small to hedge here: the smallest ETH order on Bybit is $20.25, which "
        "would hedge about $31 of coins like yours.",
    ),
    (NotAboveZero("SOL"), "The quantity of SOL must be above zero. To delete it type /remove SOL."),
    (MoveOutOfRange(), "A move goes from -100% (all lost) to +1000%. Type for example /whatif -20%."),
    (
        HasExpired("okx", "BTC-USD-260327"),
        "BTC-USD-260327 on OKX has expired. Type /basis for those that trade.",
    ),
    (
        TurnedAround("ETH"),
        "Your ETH position was turned around by one order, so it cannot be corrected as a whole. Undo that "
        "order, "
        "or close the position and enter it again: /position add.",
    ),
    (NotADifference(), "That is no difference to apply. Type /sync."),
    (
        NoSuchKind("liquidation, price"),
        "Say what to watch: liquidation, price. Type for example /alert liquidation 20%.",
    ),
    (
        NotARule("Say which coin.", "price SOL fall 10% 24h"),
        "Say which coin. Type for example /alert price SOL fall 10% 24h.",
    ),
    (refusals.TooManyAlerts(50), "You have 50 alerts, which is the most I keep. /alerts shows them."),
    (refusals.NoSuchAlert(7), "You have no alert number 7. /alerts shows those you have."),
    (
        refusals.TooManyCoins(501, 500),
        "That would make 501 coins, and 500 is the most that I keep. Nothing was changed. /remove takes some "
        "away.",
    ),
    (
        refusals.BookChanged(),
        "Your book has changed since, so nothing was changed now. Type /sync again.",
    ),
    (
        refusals.KeysUnreadable(),
        "The keys you stored cannot be opened here any more. Type /disconnect all, then /connect again.",
    ),
    (
        refusals.TooManyEntries(12345, 5000),
        "This hedge has 12,345 entries, and I read at most 5,000 for one answer. /position shows what is "
        "open, and "
        "fills can still be recorded.",
    ),
    (
        refusals.PositionsChanged(),
        "Your positions were changed meanwhile, so nothing was changed now. Look at /position again.",
    ),
    (refusals.NoneOpen(), "You have no open position. Type /position to see how to enter one."),
    (
        refusals.NotOpen("ETH/USDT:USDT"),
        "You have no open position in ETH/USDT:USDT. /position shows what is open.",
    ),
    (
        refusals.RecordedBefore(),
        "This was recorded before; nothing was changed now. See /position. If you took it back, type what "
        "was "
        "filled: /filled shows how.",
    ),
    (refusals.TicketGone(), "That ticket is gone; nothing was recorded. /ticket makes a new one."),
    (
        refusals.AnotherOpen(),
        "That hedge has ended and another one is open since, so this can no longer be taken back. Enter what "
        "is "
        "open: /position add short 2.14 ETH at 3500.",
    ),
    (refusals.TakenBack(), "This was taken back before; nothing was changed now. See /position."),
    (
        refusals.CarriedOut(),
        "This message was carried out before; nothing was changed now. /portfolio shows what you hold, "
        "/position "
        "what is open.",
    ),
    (
        refusals.DraftGone(),
        "This was saved or dropped before, or replaced by a newer one; nothing was changed now. /portfolio "
        "shows "
        "what you hold, /position what is open.",
    ),
    (
        refusals.QuestionOver(),
        "That question is no longer open; nothing was deleted now. Type /forget again.",
    ),
    (
        missing.ContractTrouble("okx", ETH),
        "OKX gives no usable figures of ETH/USDT:USDT now.",
    ),
    (
        missing.NoQuote("okx", ETH),
        "OKX gives no price for ETH/USDT:USDT now. Try again in a minute.",
    ),
    (
        missing.ImpossibleQuote("bybit", ETH),
        "Bybit gives an impossible price for ETH/USDT:USDT now. Try again in a minute.",
    ),
    (
        missing.FrozenQuote("bybit", ETH, USD("3000.50")),
        "Bybit keeps the price of ETH/USDT:USDT at 3000.50 while its coin moves.",
    ),
    (
        missing.OldQuote("binanceusdm", ETH, 20),
        "The last price of ETH/USDT:USDT on Binance is 20 minutes old, too old to use. Try again in a "
        "minute.",
    ),
    (missing.NoPriceOfCoin("binanceusdm", "ABC"), "Binance has no price for ABC."),
    (missing.NoSpotPrice("binanceusdm", "ABC"), "Binance has no spot price for ABC."),
    (
        missing.OldPrices("okx", 31),
        "The last prices from OKX are 31 minutes old, too old to use. I keep trying; ask again in a minute.",
    ),
    (unknown.VenueSilent("okx", ETH), "OKX cannot be reached now."),
    (unknown.Delisted("okx", ETH), "OKX does not list ETH/USDT:USDT any more."),
    (
        unknown.OtherKind("okx", ETH),
        "OKX lists ETH/USDT:USDT as another kind of contract than the one you filled.",
    ),
    (
        unknown.OtherSize("okx", ETH, Decimal("0.1"), Decimal(10)),
        "One contract of ETH/USDT:USDT was 0.1 when you filled it, and OKX says 10 now.",
    ),
    (
        unknown.OpenButSilent("okx", ETH),
        "OKX cannot be reached now, and ETH/USDT:USDT is open there. Try again in a minute.",
    ),
    (
        unknown.OpenButDelisted("okx", ETH, "ETH"),
        "OKX does not list ETH/USDT:USDT any more, so what it made is not known. Record at what price it was "
        "closed, for example: /position closed ETH at 1234.5",
    ),
    (
        unknown.OpenButOtherKind("okx", ETH, "ETH"),
        "OKX lists ETH/USDT:USDT as another kind of contract than the one you filled, so what it made is not "
        "known. Record at what price it was closed, for example: /position closed ETH at 1234.5",
    ),
    (
        NothingToRoll(unknown.VenueSilent("okx", ETH)),
        "OKX cannot be reached now. So nothing can be rolled there now.",
    ),
    (NothingToRoll(None), "So nothing can be rolled there now."),
    (
        NoLaterFuture("okx", "BTC"),
        "OKX lists no later BTC future now. Before the end of this one take a perpetual, /hedge, or leave, "
        "/exit.",
    ),
    (
        FundingUnknown("gate", "SOL"),
        "Gate gives no funding for SOL now, and there is no record of it. Try again in a minute.",
    ),
    (
        CannotClose("gate", ETH),
        "Gate does not list ETH/USDT:USDT now. Close it by hand on the exchange.",
    ),
    (
        NoPriceToFill("bybit", ETH),
        "There is no price of ETH/USDT:USDT on Bybit now. Try again in a minute.",
    ),
    (
        WorthChanged("bybit", ETH),
        "ETH/USDT:USDT on Bybit is not worth what it was when your position was opened. Close that one "
        "first.",
    ),
    (
        NoCoinPriced("okx", "CME"),
        "OKX gives no usable price for any coin of CME. Try again in a minute.",
    ),
    (unclear.NoCash(), "The cash for margin has to be above zero. Type for example /hedge cash 5000."),
    (
        unmet.TooLittleCash("okx", USD("20.4"), USD("55.5")),
        "$20 is too little for any order on OKX: the smallest takes about $56. Type for example /hedge cash "
        "56.",
    ),
    (
        unmet.TooLittleCash("okx", USD("20.4"), USD("56.2"), "cross"),
        "$20 is too little for any order on OKX: the smallest takes about $56. Type for example /hedge cross "
        "cash 57.",
    ),
    (
        unmet.NoSuchMode(
            "bybit", "portfolio margin whose rules are published well enough", ("cross", "coins")
        ),
        "Bybit has no portfolio margin whose rules are published well enough, as far as I know. "
        "Type /hedge or /hedge cross or /hedge coins.",
    ),
    (
        unmet.TooLittleForMode("okx", "account in which coins are margin", USD(10_000), USD("5000.4")),
        "OKX gives an account in which coins are margin only from $10,000 on, and $5,000 would be there. "
        "Type /hedge cross, which takes cash alone, or /hedge.",
    ),
    (
        unmet.CoinsDoNotCount("hyperliquid", "ETH, SOL"),
        "Hyperliquid takes none of your coins there (ETH, SOL) as margin. "
        "Type /hedge cross, which takes cash alone, or /hedge.",
    ),
    (
        unclear.PooledInverse(),
        "Coin-margined contracts are backed each by its own coin, not by one pool. "
        "Type /hedge inverse, or /hedge coins.",
    ),
    (
        unclear.OthersBackIt("bybit", "LINK"),
        "What lies at Bybit (LINK) is not among the coins of this hedge, so I cannot count with it. "
        "Hedge all of your coins: /hedge coins.",
    ),
    (
        unclear.NoCoinsThere("bybit"),
        "I do not know of any coins of yours that lie at Bybit. Say which do: /at bybit SOL 30, ETH all. "
        "Or all of them: /at bybit all",
    ),
]


@pytest.mark.parametrize(("error", "sentence"), SENTENCES, ids=lambda one: type(one).__name__)
def test_what_the_user_reads(error: HedgeError, sentence: str) -> None:
    assert said(error) == sentence


@pytest.mark.parametrize("error", [error for error, _ in SENTENCES], ids=lambda one: type(one).__name__)
def test_the_log_gets_a_sentence_that_names_no_command(error: HedgeError) -> None:
    text = str(error)
    assert text.endswith(".")
    assert not re.search(r"(?<!\w)/[a-z]", text)


def test_every_kind_of_the_engine_has_its_sentence_here() -> None:
    assert {kind.__qualname__ for kind in _kinds()} == {type(error).__qualname__ for error, _ in SENTENCES}


def test_what_can_be_typed_is_of_kinds_that_the_engine_has() -> None:
    assert set(WAYS) <= set(_kinds())


def test_an_error_without_a_kind_is_its_own_sentence() -> None:
    assert said(BadInput("{That} is no coin.")) == str(BadInput("{That} is no coin.")) == "{That} is no coin."


def test_what_was_typed_is_never_read_as_a_form() -> None:
    assert said(unmet.DidNotFall("{benchmark} {0} %s")) == (
        "What you would short did not fall with {benchmark} {0} %s. Type /hedge {benchmark} {0} %s."
    )


def test_a_contract_that_ends_later_is_named_with_what_that_means() -> None:
    assert EndsLater(LEAVING).sentence(name_of) == (
        "Binance ends SOLUSDT on 14 Mar 2026, 08:00 UTC: it is settled then, and this part of the hedge ends"
    )


@pytest.mark.parametrize("condition", STOPPED)
def test_a_contract_that_is_stopped_is_named_with_its_venue(condition: Condition) -> None:
    leaving = Leaving(replace(LEAVING, condition=condition))
    assert leaving.sentence(name_of) == f"SOLUSDT on Binance {STOPPED[condition]}"
    assert leaving.sentence() == f"SOLUSDT on binanceusdm {STOPPED[condition]}"


def test_a_remark_names_the_venue_whose_prices_they_are() -> None:
    remark = PricedOnSpot("binanceusdm")
    assert remark.sentence(name_of) == (
        "Prices are spot on Binance; what these futures trade at, so their basis, is not known."
    )
    assert "spot on binanceusdm;" in remark.sentence()


def _kinds() -> Iterator[type[HedgeError]]:
    """Every kind that a module of core defines, the families left out."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, HedgeError) and kind.__module__ == module.name and kind not in FAMILIES:
                yield kind
