"""What the user reads where something went wrong: the engine's sentence, and what they can type instead."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from bot.reading.venues import name_of
from core.advice.roll import NoLaterFuture
from core.alert import NoSuchKind
from core.alert.words import NotARule
from core.cost.basis import HasExpired
from core.domain.coins import place
from core.domain.errors import HedgeError
from core.domain.holding import CoinsNotHeld, NoHoldings, NotAboveZero
from core.hedge import unclear, unmet
from core.journal.correction import TurnedAround
from core.journal.sync import NotADifference
from core.outcome.unknown import OpenButDelisted, OpenButOtherKind
from core.outlook.scenario import MoveOutOfRange
from core.store.user import refusals

Way = str | Callable[[Any], str]
"""What to type, with the fields of the error in braces; or the function that words it from the error."""

_CLOSED = "Record at what price it was closed, for example: /position closed {asset} at 1234.5"


def _lower_target(error: unmet.BetaLowAlready) -> str:
    return f"Type a lower one: /hedge target beta {max(error.beta / 2, 0.1):.1f}"


def _more_cash(error: unmet.TooLittleCash) -> str:
    mode = "" if error.mode == "isolated" else f"{error.mode} "
    return f"Type for example /hedge {mode}cash {ceil(error.least)}."


def _other_mode(error: unmet.NoSuchMode) -> str:
    return f"Type {' or '.join(['/hedge', *(f'/hedge {mode}' for mode in error.has)])}."


def _lie_there(error: unclear.NoCoinsThere) -> str:
    return f"Say which do: /at {error.venue} SOL 30, ETH all. Or all of them: /at {error.venue} all"


def _majors(error: unmet.NotOffered | unmet.OnItsWayOut) -> str:
    instead = " or ".join(f"/hedge {major}" for major in error.majors)
    return f"Try {instead or '/hedge'}."


WAYS: Mapping[type[HedgeError], Way] = {
    NoHoldings: "Add some first, for example: /add SOL 60",
    CoinsNotHeld: "/portfolio shows what you hold.",
    place.SeveralPlaces: "Say where, for example: /set {asset} 5 at elsewhere",
    place.TooFewToMove: "/at shows where they lie.",
    place.MoreElsewhere: "Say where the others are, for example: /at bybit {asset} 2",
    NotAboveZero: "To delete it type /remove {asset}.",
    unclear.BothOnlyAndWithout: ": /hedge only ETH SOL, or /hedge without DOGE.",
    unclear.CoverageOutOfRange: "Type for example /hedge 50%.",
    unclear.OrdersOutOfRange: "Type for example /hedge 2 orders.",
    unclear.BothOrdersAndCoins: "Type for example /hedge 2 orders.",
    unclear.BetaOutOfRange: "Type for example /hedge beta 1.5 ETH.",
    unclear.BetaOfNoCoin: ": /hedge beta 1.5 ETH.",
    unclear.TargetBetaOutOfRange: "Type for example /hedge target beta 0.5.",
    unclear.FallOutOfRange: "Type for example /hedge drop 20%.",
    unclear.LossWithoutFall: ": /hedge keep 5000 drop 20%.",
    unclear.NegativeLoss: "Type for example /hedge keep 5000 drop 20%.",
    unclear.SeveralAims: "Type for example /hedge keep 5000 drop 20%.",
    unclear.DatedInverse: "Type /hedge inverse, or /hedge quarterly.",
    unclear.LeverageOutOfRange: "Type for example /hedge 2x.",
    unclear.PooledInverse: "Type /hedge inverse, or /hedge coins.",
    unclear.NoCoinsThere: _lie_there,
    unclear.OthersBackIt: "Hedge all of your coins: /hedge coins.",
    unclear.NoCash: "Type for example /hedge cash 5000.",
    unclear.HorizonOutOfRange: "Type for example /hedge 14d.",
    unclear.NothingLeft: "Type for example /hedge without DOGE.",
    unclear.NothingPriced: "Try another venue: /venue.",
    unmet.TooMuchLeverage: "Type /hedge {most:f}x or less.",
    unmet.LiquidatedAtOnce: "Type /hedge {safe}x or less.",
    unmet.NoDollarHedge: "Try /hedge drop 20% {major}",
    unmet.TooLittleCash: _more_cash,
    unmet.NoSuchMode: _other_mode,
    unmet.TooLittleForMode: "Type /hedge cross, which takes cash alone, or /hedge.",
    unmet.CoinsDoNotCount: "Type /hedge cross, which takes cash alone, or /hedge.",
    unmet.BetaLowAlready: _lower_target,
    unmet.DidNotFall: "Type /hedge {benchmark}.",
    unmet.NoneMeasured: "Try /hedge.",
    unmet.NotOffered: _majors,
    unmet.OnItsWayOut: _majors,
    unmet.TooLittleHistory: "Give a beta of your own: /hedge beta 1 {asset}",
    MoveOutOfRange: "Type for example /whatif -20%.",
    NoLaterFuture: "Before the end of this one take a perpetual, /hedge, or leave, /exit.",
    OpenButDelisted: _CLOSED,
    OpenButOtherKind: _CLOSED,
    HasExpired: "Type /basis for those that trade.",
    TurnedAround: "Undo that order, or close the position and enter it again: /position add.",
    NotADifference: "Type /sync.",
    NoSuchKind: "Type for example /alert liquidation 20%.",
    NotARule: "Type for example /alert {form}.",
    refusals.TooManyAlerts: "/alerts shows them.",
    refusals.NoSuchAlert: "/alerts shows those you have.",
    refusals.TooManyCoins: "/remove takes some away.",
    refusals.BookChanged: "Type /sync again.",
    refusals.KeysUnreadable: "Type /disconnect all, then /connect again.",
    refusals.TooManyEntries: "/position shows what is open, and fills can still be recorded.",
    refusals.PositionsChanged: "Look at /position again.",
    refusals.NoneOpen: "Type /position to see how to enter one.",
    refusals.NotOpen: "/position shows what is open.",
    refusals.RecordedBefore: "See /position. If you took it back, type what was filled: /filled shows how.",
    refusals.TicketGone: "/ticket makes a new one.",
    refusals.AnotherOpen: "Enter what is open: /position add short 2.14 ETH at 3500.",
    refusals.TakenBack: "See /position.",
    refusals.CarriedOut: "/portfolio shows what you hold, /position what is open.",
    refusals.DraftGone: "/portfolio shows what you hold, /position what is open.",
    refusals.QuestionOver: "Type /forget again.",
    unmet.TooManyOrders: "Look at /portfolio whether a number is too large, or hedge a part: /hedge 10%.",
}
"""What to type, by the kind of error. One that begins with a colon ends the engine's sentence."""


def said(error: HedgeError) -> str:
    """What went wrong, with venues by their names, and what to type; a kind without a way by itself."""
    sentence = error.sentence(name_of)
    way = WAYS.get(type(error))
    if way is None:
        return sentence
    typed = way.format_map(vars(error)) if isinstance(way, str) else way(error)
    return f"{sentence.removesuffix('.')}{typed}" if typed.startswith(":") else f"{sentence} {typed}"
