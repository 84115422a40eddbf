"""Which words say the same, which say nothing, and which word a slip of the finger was meant to be."""

from collections.abc import Mapping
from functools import cache

CONCEPTS: Mapping[str, str] = {
    "hi": "hi hello hey hallo hola greetings gm yo morning sup",
    "thanks": "thanks thank thx ty cheers great awesome cool nice perfect",
    "help": "help commands menu support manual instructions assistance faq howto",
    "about": "about info intro",
    "hedge": "hedge hedging hedges hedged",
    "myhedge": "myhedge",
    "myfunding": "myfunding",
    "mymargin": "mymargin",
    "mybeta": "mybeta",
    "protect": "protect secure shield safeguard insure protection protecting",
    "insurance": "insurance",
    "bag": "bag bags portfolio holdings coins altcoins alts stack crypto stash balance wallet tokens assets",
    "all": "all everything whole full entire everyting",
    "half": "half halve",
    "halves": "halves halved",
    "doubles": "doubles",
    "fall": "fall falls falling drop drops dropped dropping crash crashes crashing dump dumps dumping tank "
    "tanks decline declines down sink sinks plunge plunges dip dips correction bear lower",
    "rise": "rise rises rising pump pumps up gain gains climb climbs rally rallies moon moons increase "
    "increases higher",
    "below": "below under beneath",
    "above": "above over hits reaches",
    "market": "market markets",
    "lose": "lose loose losing loss losses",
    "howmuch": "howmuch",
    "what": "what whats which wat wut wtf",
    "whatif": "whatif",
    "how": "how hows",
    "when": "when",
    "where": "where wheres",
    "if": "if whenever",
    "not": "not dont don't cant can't cannot wont won't never no doesnt didnt shouldnt wouldnt",
    "should": "should shall must",
    "explain": "explain define describe teach",
    "mean": "mean means meaning",
    "beta": "beta betas correlation correlated",
    "funding": "funding",
    "margin": "margin collateral",
    "liquidation": "liquidation liquidated liquidate liq deleveraging adl",
    "perp": "perp perps perpetual perpetuals dated quarterly",
    "future": "future futures microfuture",
    "micro": "micro mini",
    "drift": "drift",
    "safe": "safe safer ok okay fine good",
    "will": "will",
    "scared": "scared afraid worried nervous",
    "bad": "bad ugly terrible shaky",
    "only": "only",
    "except": "except excluding besides without",
    "with": "with using",
    "cash": "cash",
    "order": "order orders",
    "simpler": "complicated complex simpler simple easier",
    "make": "make makes made making earn earned earning",
    "more": "more",
    "than": "than",
    "most": "max maximum most",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "until": "until till",
    "leverage": "leverage lev",
    "happen": "happen happened happens",
    "bought": "bought purchased received",
    "sold": "sold",
    "swap": "swapped traded exchanged converted",
    "rid": "rid",
    "got": "got",
    "have": "have own hold hodl holding",
    "now": "now",
    "moved": "moved transferred",
    "delete": "delete erase wipe remove clear",
    "reset": "reset restart",
    "account": "account profile",
    "data": "data",
    "worth": "worth value",
    "show": "show see list view display",
    "close": "close exit unwind cancel end unhedge",
    "closed": "closed ended exited",
    "take": "take",
    "off": "off",
    "get": "get",
    "out": "out",
    "profit": "profit profits",
    "short": "short shorts",
    "shorted": "shorted",
    "buy": "buy",
    "sell": "sell",
    "doing": "doing going looking status performing",
    "still": "still",
    "near": "near far",
    "adjust": "adjust rebalance resize readjust",
    "filled": "filled executed placed done",
    "at": "at @",
    "cost": "cost costs fee fees price pricing expensive",
    "tell": "tell send alert ping warn notify message messaging messages alerts notifications",
    "stop": "stop quit",
    "wake": "wake disturb bother",
    "night": "night nights sleep",
    "summary": "summary digest recap",
    "every": "every each daily",
    "trade": "trade trades trading",
    "use": "use",
    "cheap": "cheapest cheap best",
    "place": "place",
    "connect": "connect",
    "settings": "settings preferences options config",
    "ftx": "ftx",
    "luna": "luna terra",
    "ticket": "ticket",
    "report": "report",
    "history": "history past previous",
    "export": "export download",
}
"""What words say: a sentence is compared by these. A word is in one row only."""

_FILLERS = (
    "please pls plz can could you u me my mine i i'm im i've ive i'd id the a an to of it it's its is are am "
    "was were be do does did want wanna need would like just rn right today well and & some that this "
    "those these on in for from by as there then your our we ur really so too bit little lot bro sir man "
    "omg lol looks look or go goes also plus against being"
)
FILLERS = frozenset(_FILLERS.split())
"""Words without which a sentence says the same."""

_COUNTED = "one two three four five six seven eight nine ten eleven twelve"
NUMBERS: Mapping[str, str] = {word: str(n) for n, word in enumerate(_COUNTED.split(), start=1)}
"""Numbers that are written as words."""

LEAST_REPAIRED = 4
"""Letters of a word that may be a slip for another one: shorter words are too near to each other."""


@cache
def by_word() -> Mapping[str, str]:
    """The concept of each word."""
    return {word: concept for concept, words in CONCEPTS.items() for word in words.split()}


def concept_of(word: str) -> str | None:
    """What a word says, also where one letter of it slipped; None where that is not known, or two concepts
    are as near.
    """
    known = by_word()
    if word in known:
        return known[word]
    if len(word) < LEAST_REPAIRED or word in FILLERS:
        return None
    near = {known[other] for other in known if len(other) >= LEAST_REPAIRED and one_slip(word, other)}
    return near.pop() if len(near) == 1 else None


def one_slip(word: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or stands in the other's place."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    begin = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), None)
    if begin is None:
        return True
    rest, of = word[begin:], other[begin:]
    if len(word) != len(other):
        return rest[1:] == of if len(word) > len(other) else rest == of[1:]
    return rest[1:] == of[1:] or (rest[:2] == of[1::-1] and rest[2:] == of[2:])
