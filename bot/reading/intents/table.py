"""INTENTS: the sentences that are understood, and the lines that say the same.

A pattern is of words as `words` writes them: concepts small, coins large. {coin}, {n} and the like stand for
one word of that kind. Of a line that is not typed often enough to be known, only what is behind it is shown
here; several lines are offered as a choice. A sentence may be of one intent only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.reading.intents.words import NUMBER

COIN = r"(?=\d*[A-Z])[A-Z0-9]+"
PLACES: Mapping[str, str] = {
    "coin": rf"(?P<coin>{COIN})",
    "coins": rf"(?P<coins>{COIN}(?: {COIN})*)",
    "venue": r"@(?P<venue>\w+)",
    "n": rf"(?P<n>{NUMBER})",
    "usd": rf"\$?(?P<usd>{NUMBER})",
    "percent": rf"-?(?P<percent>{NUMBER})%",
}


@dataclass(frozen=True, slots=True)
class Intent:
    """Sentences that mean the same."""

    lines: tuple[str, ...]
    """What they mean, as command lines with the places of the pattern in braces. Several: it has to be asked
    which is meant.
    """
    pattern: re.Pattern[str]
    """What the whole sentence has to be."""
    asks: bool = False
    """Whether the line changes something at once, so that it waits for a yes."""


def _intent(lines: str, *patterns: str, asks: bool = False) -> Intent:
    """An intent from its lines, parted by ` ; `, and its patterns."""
    patterns = tuple(re.sub(r"\bhedge\b", "(?:my)?hedge", pattern) for pattern in patterns)
    whole = "|".join(f"(?:{pattern})" for pattern in patterns)
    if len(patterns) > 1 and "{" in whole:
        raise ValueError("an intent with places has one pattern")
    for name, place in PLACES.items():
        whole = whole.replace(f"{{{name}}}", place)
    return Intent(tuple(lines.split(" ; ")), re.compile(whole), asks)


INTENTS: tuple[Intent, ...] = (
    # The way in
    _intent("/start", "hi(?: hi)*", "about", "hi about"),
    _intent("/help", "(?:hi )?(?:what )?help(?: with)?", "what order have", "show help"),
    _intent("/settings", "(?:show |make )?settings"),
    # What words mean
    _intent("/learn together", "(?:what|explain) beta(?: mean)?", "beta mean", "beta"),
    _intent("/learn funding", "(?:how|what|explain) funding(?: mean)?", "funding mean"),
    _intent("/learn liquidation", "(?:how|what|explain) liquidation(?: mean)?", "liquidation mean"),
    _intent("/learn margin", "(?:how|what|explain) margin(?: mean)?", "margin mean"),
    _intent("/learn dated", "(?:how|what|explain) perp(?: perp| future)*(?: mean)?"),
    _intent("/learn futures", "(?:how|what|explain) (?:micro )?future(?: mean)?"),
    _intent("/learn drift", "(?:how|what|explain) drift(?: mean)?"),
    _intent("/learn insurance", "(?:what )?insurance"),
    _intent(
        "/learn off",
        "when (?:should )?(?:take|close|end|stop)(?: hedge)? off", "when (?:should )?close hedge",
    ),
    _intent(
        "/exposure", "(?:what |how )?mybeta", "how bag (?:\\w+ )?together",
        "howmuch bag (?:fall|rise) with market",
    ),
    # What is held
    _intent(
        "/portfolio",
        "what have(?: now)?", "howmuch have", "(?:howmuch|what) bag(?: worth)?", "(?:show|what) (?:all )?bag",
        "bag", "bag worth", "show bag worth",
    ),
    _intent("/add SOL ; /add", "add bag"),
    _intent("/set {coin} {n}", "(?:now have|have now) {n} {coin}", asks=True),
    _intent("/set {coin} {n}", "have {n} {coin} now", asks=True),
    _intent("/at {venue} {coin} all", "moved (?:all )?{coin} {venue}", asks=True),
    _intent("/at {venue} {coin} {n}", "moved {n} {coin} {venue}", asks=True),
    _intent("/remove all ; /forget", "(?:delete|reset) all", "reset", "delete", "delete bag"),
    _intent("/forget", "delete (?:all )?(?:account|data)(?: data)?", "delete all data"),
    _intent("/remove {coin}", "delete (?:all )?{coin}", asks=True),
    _intent("/export", "export(?: all)?(?: data| bag)?"),
    # A hedge that stands
    _intent(
        "/exit",
        "(?:close|stop|delete)(?: all)? hedge(?: now)?", "(?:get )?out(?: now| hedge)*",
        "close(?: all)?(?: now)?",
        "how close hedge", "take hedge off", "buy hedge", "take off hedge", "close all short", "close short",
    ),
    _intent("/exit {coin}", "(?:close|stop) (?:all )?{coin}(?: short| hedge)"),
    _intent("/exit {coin}", "(?:close|stop) (?:short|hedge) {coin}"),
    _intent(
        "/dehedge half", "(?:close|take|sell) half(?: off)?(?: hedge)?(?: off)?", "half myhedge",
        "half hedge off",
    ),
    _intent("/dehedge", "(?:take|close|get) profit", "should close hedge(?: now)?", "when take profit"),
    _intent(
        "/positions",
        "(?:how|show|what) myhedge(?: doing| make| safe)?(?: now)?", "how hedge (?:doing|make)", "myhedge",
        "howmuch hedge (?:make|worth)",
        "hedge (?:doing|make)", "howmuch (?:make|profit)(?: make)?", "hedge (?:still )?safe",
        "(?:show )?profit",
        "still safe", "safe",
    ),
    _intent(
        "/margin",
        "(?:how )?(?:close|near)(?: now)? liquidation(?: now)?", "howmuch margin(?: need)?", "show margin",
        "how safe(?: hedge| short)?", "when (?:will )?liquidation", "mymargin", "what liquidation at",
        "where liquidation",
    ),
    _intent(
        "/adjust", "(?:hedge still |still )?(?:safe )?(?:should )?adjust(?: hedge)?(?: now)?",
        "how adjust hedge",
    ),
    _intent("/filled", "(?:all )?order filled", "filled(?: all)?(?: order)?", "all filled", "closed hedge"),
    _intent("/position add short {coin} {n} at {usd}", "shorted {n} {coin} at {usd}", asks=True),
    _intent("/position liquidated {coin}", "{coin}(?: short)?(?: got| get)? liquidation", asks=True),
    _intent("/position liquidated {coin}", "(?:got|get) liquidation {coin}", asks=True),
    _intent("/ticket", "(?:what|show|how)(?: place)? (?:order|ticket)(?: place)?", "how place hedge"),
    _intent("/report", "show report", "report"),
    _intent("/history", "(?:show )?(?:all )?history(?: hedge)?"),
    _intent("/cost", "(?:howmuch|what)(?: hedge)? cost(?: hedge)?(?: have)?(?: hedge)?", "hedge cost"),
    _intent("/replay ftx", "(?:what |whatif )?(?:have )?(?:happen )?ftx(?: fall)?", "show ftx fall"),
    _intent("/replay luna", "(?:what )?(?:have )?happen (?:luna|LUNA) fall", "show (?:luna|LUNA) fall"),
    # Being told
    _intent("/alert price {coin} below {usd}", "tell (?:if|when) {coin} (?:fall )?below {usd}", asks=True),
    _intent("/alert price {coin} above {usd}", "tell (?:if|when) {coin} (?:rise )?above {usd}", asks=True),
    _intent(
        "/alerts",
        "(?:stop|not) tell", "(?:show |what )?tell", "stop", "tell (?:when |if )?(?:near )?liquidation",
    ),
    _intent("/quiet", "(?:not )?(?:wake|tell)(?: at)? night", "not wake", "not tell(?: at)? night"),
    _intent("/digest", "(?:tell )?(?:every (?:day )?)?summary(?: every)?(?: hi| day| night)?"),
    # The market and where it is
    _intent("/venue {venue}", "(?:trade|use|have account)(?: at)? {venue}", asks=True),
    _intent("/markets {coin}", "where (?:should )?(?:cheap )?(?:place )?short {coin}"),
    _intent("/markets {coin}", "(?:what )?cheap (?:place )?short {coin}"),
    _intent("/funding {coin}", "(?:what |howmuch |show )?funding(?: cost)? {coin}"),
    _intent("/funding {coin}", "(?:what |howmuch |show )?{coin} funding"),
    _intent("/funding", "(?:what |howmuch |how |show )?myfunding"),
    _intent("/connect {venue}", "(?:how )?connect(?: with| account)? {venue}"),
    _intent("/connect", "(?:how )?connect(?: account)?"),
    _intent("/venue", "what (?:trade )?(?:place|venue)", "trade place"),
)  # fmt: skip

PARTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"{pattern}(?: |$)"), words)
    for pattern, words in (
        ("all bag except " + PLACES["coins"], "without {coins}"),
        ("(?:all |bag )?except " + PLACES["coins"], "without {coins}"),
        ("half(?: bag)?", "half"),
        (PLACES["percent"] + "(?: bag)?", "{percent}%"),
        ("only " + PLACES["coins"] + " with " + PLACES["coin"], "only {coins} with {coin}"),
        ("(?:only )?" + PLACES["coins"], "only {coins}"),
        (r"with (?:only )?(?P<n>[1-9]) order", "{n} orders"),
        (r"(?:only )?(?P<n>[1-9]) order", "{n} orders"),
        (r"(?:with |only )*(?:cash )?\$(?P<usd>[\d.,]+[km]?)(?: cash| margin)*", "cash {usd}"),
        (r"(?:with |only )*(?P<usd>[\d.,]+[km]?) cash(?: margin)?", "cash {usd}"),
        (r"(?:with )?(?P<n>[\d.]+)x(?: leverage)?", "{n}x"),
        (r"(?:next )?(?P<n>\d+ )?(?P<span>day|week|month)", "{span}"),
        (r"until (?P<day>\d{1,2}~[a-z]+|\d{4}-\d\d-\d\d)", "until {day}"),
        ("(?:all )?(?:bag|market)", ""),
        ("all", "all"),
        ("if market fall|if fall|market fall|fall|now", ""),
    )
)
"""What may follow `hedge`, in any order, and the words of /hedge that say it; the first that fits."""

NAMES: Mapping[str, tuple[str, ...]] = {
    word: tuple(lines.split(" ; "))
    for words, lines in (
        ("delete erase clear", "/remove ; /forget"),
        ("reset restart", "/remove ; /forget"),
        ("support contact commands menu manual assist", "/help"),
        ("about info", "/start"),
        ("close unhedge unwind end buyback", "/exit"),
        ("stop unsubscribe mute", "/alerts ; /exit"),
        ("take profit takeprofit tp reduce halve", "/dehedge"),
        ("balance balances wallet coins holdings bag bags list", "/portfolio"),
        ("buy bought", "/add"),
        ("sell sold", "/remove ; /set"),
        ("protect insure cover short", "/hedge"),
        ("pnl profit gain pos", "/positions"),
        ("risk", "/exposure ; /margin"),
        ("liquidation liq", "/margin"),
        ("rebalance resize", "/adjust"),
        ("simulate scenario stress crash", "/whatif ; /replay"),
        ("price prices ticker", "/markets"),
        ("fees fee", "/cost"),
        ("exchange exchanges venues broker", "/venue"),
        ("notify notifications notification reminders reminder", "/alerts"),
        ("order orders", "/ticket"),
        ("lesson lessons faq teach explain glossary tutorial guide", "/learn"),
        ("config options preferences language lang timezone currency", "/settings"),
        ("undo", "/position undo"),
        ("download data", "/export"),
        ("apikey key api", "/connect"),
        ("logout", "/disconnect ; /forget"),
        ("mute silence night sleep", "/quiet"),
        ("summary daily", "/digest"),
        ("performance result results", "/report"),
    )
    for word in words.split()
}
"""What commands that do not exist may mean, told before any that is only spelled alike."""
