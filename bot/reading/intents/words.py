"""A sentence as a row of words that can be compared: concepts small, coins large, numbers in one form.

`Whats the funding on eth rn?` becomes `what funding ETH`, and `i got 2 eth` becomes `got 2 ETH`.
"""

import re
from collections.abc import Collection, Iterator

from bot.reading.intents.vocabulary import FILLERS, NUMBERS, concept_of
from bot.reading.sentence import KNOWN
from bot.reading.venues import names
from core.domain.coins.asset import ALIASES, STABLECOINS

UNKNOWN = "¿"
"""Stands for a word that says nothing to us, so that no sentence with it is understood."""
LONGEST = 160
"""Characters of a sentence; whatever is longer is no question or order to us."""

MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_PHRASES: tuple[tuple[str, str], ...] = (
    ("[\u2018\u2019\u02bc`]", "'"),
    ("[\u2010-\u2015\u2212]", "-"),
    (r"\b(per ?cent|pct|prozent)\b", "%"),
    (r"(?<=\d)\s+%", "%"),
    (r"(?<=\d)\s*(usdt|usdc|usd|dollars?|bucks)\b", " $"),
    (r"(?<![\w$])(\d[\d.,]*[km]?)\s+\$", r"$\1"),
    (r"\b(\d[\d.,]*)\s+x\b", r"\1x"),
    (rf"\b(?:until|till) (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?{MONTH}", r"until \1~\2"),
    (rf"\b(?:until|till) {MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b", r"until \2~\1"),
    (r"\bw(h|ha|a)t can (you|u|it) do\b", "help"),
    (r"\bhow (does|do|is) (this|it|u|you|the bot)( \w+)? work\b", "about"),
    (r"\bwhat is this\b.*|\bwho (are|r) (you|u)\b", "about"),
    (r"\bhow (do|to|can) i (start|begin)\b|\bwhere do i (start|begin)\b", "about"),
    (r"\bw(?:ha|ah|a)t(?: would| will)?(?: happens?)? if\b", "whatif"),
    (r"\b(?:my|our|the) hedge\b", "myhedge"),
    (r"\b(?:my|our) (funding|margin|beta)\b", r"my\1"),
    (r"\b(all|everything)((?: of)?(?: my)?(?: coins)?) but\b", r"\1\2 except"),
    (r"\bw(?:ha|ah|a)t(?:'?s| is)? (?:the )?difference (?:between|of)\b", "what"),
    (r"\bwhat do (you|u) do\b", "about"),
    (r"\bhow (much|many)\b", "howmuch"),
    (r"\bgot rid\b", "rid"),
    (r"\bmarket orders?\b", "¿"),
    (r"[?!,;:()\"]+(?=\s|$)|(?:^|(?<=\s))[(\"]+", " "),
    (r"\.+(?=\s|$)", " "),
)  # fmt: skip
"""What is replaced before a sentence is taken apart, in this order."""

NUMBER = r"\d[\d.,]*[km]?"
_AMOUNT = re.compile(rf"[+-]?\$?{NUMBER}%?|{NUMBER}x|\d{{1,2}}~[a-z]{{3}}|\d{{4}}-\d\d-\d\d")
_TWO_MEANINGS = frozenset({"NEAR", "DOT", "OP", "ONE", "GAS", "FUN", "SAFE", "CAKE", "HOT", "MASK", "LUNA"})
"""Coins whose tickers are words, too: both readings are tried."""


def rows_of(text: str, held: Collection[str]) -> list[str]:
    """The sentence in each way in which its words can be taken; none where it is no sentence at all.

    held: the assets that the writer holds, which may be such that nobody else knows.
    """
    lower = text.strip().lower()
    if not lower or "\n" in lower or len(lower) > LONGEST:
        return []
    for pattern, plain in _PHRASES:
        lower = re.sub(pattern, plain, lower)
    coins = frozenset({*KNOWN, *held})
    rows = [" ".join(_taken(lower.split(), coins)), " ".join(_taken(lower.split(), coins - _TWO_MEANINGS))]
    return list(dict.fromkeys(row for row in rows if row and UNKNOWN not in row))


def is_sentence(text: str) -> bool:
    """Whether it has words that say nothing to a command, as people put them between the others."""
    return any(word.strip("?!.,") in FILLERS for word in text.lower().split())


def _taken(words: list[str], coins: frozenset[str]) -> Iterator[str]:
    for word in words:
        plain = word.strip("'\"*_~")
        if not plain or (plain in FILLERS and plain.upper() not in coins & _TWO_MEANINGS):
            continue
        if _AMOUNT.fullmatch(plain):
            yield plain
        elif plain in NUMBERS and plain.upper() not in coins & _TWO_MEANINGS:
            yield NUMBERS[plain]
        elif (coin := _coin(plain, coins)) is not None:
            yield coin
        elif plain in names():
            yield f"@{plain}"
        else:
            yield concept_of(plain) or UNKNOWN


def _coin(word: str, coins: Collection[str]) -> str | None:
    """The coin that a word names, also in the plural; None where it names none."""
    for name in (word, word.removesuffix("s") if len(word) > 3 else word):
        upper = name.removeprefix("$").upper()
        if upper in coins and upper not in STABLECOINS:
            return ALIASES.get(upper, upper)
    return None
