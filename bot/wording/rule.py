"""What an alert watches and how that stands, in a few words."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from bot.wording.notices.facts import short_subject
from bot.wording.notices.funding import paid
from bot.wording.notices.phrases import counted, exact_span, exact_text, share, span, times
from bot.wording.numbers import price, safety
from core.alert import KINDS
from core.alert.kind import Unit
from core.alert.kinds.contract import GONE, RESTRICTED, SUSPENDED, TRADES
from core.alert.rule import Rule

MARGIN = "margin"
"""A share that reads better as a multiple."""
_ACROSS = "{kind}{of} changes sides"
_FUNDING = "funding{of}: {paid}"
_ANY = "{kind}{of} {side} {limits}"
_MOVE = "price{of} {moves} by {limits} in {span}"
_MOVES = {"": "moves", "fall": "falls", "rise": "rises"}
_PHRASES = {
    ("liquidation", "distance"): "liquidation{of} less than {limits} away",
    ("liquidation", "sigma"): "liquidation{of} less than {limits} usual days' moves away",
    ("margin", "health"): "margin{of} below {limits} the least allowed",
    ("funding", "rate"): _FUNDING,
    ("funding", "apr"): _FUNDING,
    ("funding", "extreme"): "funding{of} over {limits} times its usual swing",
    ("funding", "pays"): _FUNDING,
    ("drift", "size"): "drift: your hedge {limits} off in size",
    ("drift", "risk"): "drift: your hedge {limits} off by its risk",
    ("expiry", "left"): "expiry{of} in {limits}",
    ("dehedge", "fall"): "dehedge: a fall of {limits}",
    ("price", "level"): "price{of} {side} {limits}",
    **{("price", f"{way} {span}".strip()): _MOVE for way in _MOVES for span in ("1h", "24h")},
    ("basis", "yearly"): "basis{of} {side} {limits} a year",
    ("beta", "beta"): "beta changes by {limits}",
    ("beta", "r2"): "beta: less than {limits} of swings hedged",
    ("stale", "minutes"): "stale: no prices for {limits}",
    ("contract", "state"): "contract{of} stopped or taken off",
    ("digest", "due"): "digest once a day",
}
"""What an alert is about, by kind and figure, the kind first: by it several can be switched."""
_STATES = {TRADES: "trading", RESTRICTED: "restricted", SUSPENDED: "suspended", GONE: "not listed any more"}
_OF_ALL = {"funding": " of your shorts", "basis": " of your futures"}
"""What an alert is about when it names no coin, for the kinds that are not about the hedge as a whole."""


def described(rule: Rule) -> str:
    """`funding of ETH: shorts pay over 0.01%`, `liquidation less than 30%, 20%, 10% away`."""
    figure = KINDS[rule.kind].figures[rule.figure]
    phrase = _ACROSS if rule.side == "across" else _PHRASES.get((rule.kind, rule.figure), _ANY)
    coin = short_subject(rule.subject)
    hedge = rule.figure == "pays"
    return phrase.format(
        kind=rule.kind,
        of=f" of {coin}" if coin else "" if hedge else _OF_ALL.get(rule.kind, ""),
        side=rule.side,
        limits=", ".join(map(times if rule.kind == MARGIN else _SET[figure.unit], rule.tiers)),
        # Of a move: which way, and within which time.
        moves=_MOVES.get(rule.figure.rpartition(" ")[0], ""),
        span=rule.figure.rpartition(" ")[2],
        paid=" and ".join(_paid(rule)),
    )


def _paid(rule: Rule) -> Iterable[str]:
    who = "your hedge" if rule.figure == "pays" else "shorts"
    per = "" if rule.figure == "rate" else " a year"
    return (paid(who, tier, rule.side, per) for tier in rule.tiers)


def rule_standing(rule: Rule, value: Decimal) -> str:
    """The value as it stands now: for a fall how far it fell, for funding who pays."""
    unit = KINDS[rule.kind].figures[rule.figure].unit
    way, _, within = rule.figure.rpartition(" ")
    if rule.kind == "contract":
        return _STATES.get(value, "not known")
    if rule.kind == MARGIN:
        return f"{safety(value)} the least allowed"
    if rule.kind == "funding" and unit == "share":
        return _income(rule, value)
    if rule.kind == "price" and unit == "share":
        moved = -value if way == "fall" else value
        return f"{'+' if way and moved > 0 else ''}{share(moved)} in {within}"
    return _LIVE[unit](value)


def _income(rule: Rule, value: Decimal) -> str:
    """`shorts get 0.0081%`, `your hedge pays 3.2% a year`."""
    verb = "pay" if value < 0 else "get"
    return (
        f"your hedge {verb}s {share(abs(value))} a year"
        if rule.figure == "pays"
        else f"shorts {verb} {_fine_share(abs(value))}{'' if rule.figure == 'rate' else ' a year'}"
    )


def _fine_share(part: Decimal) -> str:
    """A share with enough decimals for a funding rate."""
    small = abs(part) < Decimal("0.01")
    return f"{part.scaleb(2).quantize(Decimal('0.0001')).normalize():f}%" if small else share(part) or ""


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


_SET: Mapping[Unit, Callable[[Decimal], str]] = {
    "share": lambda part: exact_text(part) or "",
    "usd": lambda amount: f"${_plain(amount)}",
    "sigmas": _plain,
    "days": exact_span,
    "minutes": lambda minutes: counted(minutes, "minute"),
    "plain": _plain,
}
"""A limit as it was set, by its unit."""
_LIVE: Mapping[Unit, Callable[[Decimal], str]] = {
    "share": lambda part: share(part) or "",
    "usd": price,
    "sigmas": lambda moves: f"{moves:.1f} usual days' moves away",
    "days": lambda days: f"{span(days)} left",
    "minutes": lambda minutes: counted(round(minutes), "minute"),
    "plain": lambda figure: f"{figure:.2f}",
}
"""A value as it stands now, by its unit."""
