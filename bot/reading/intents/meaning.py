"""What a sentence means: one line, several to choose from, or coins that were bought and sold."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.reading.intents.table import COIN, INTENTS, PARTS
from bot.reading.intents.words import NUMBER, rows_of
from bot.reading.numbers import parse_number
from bot.reading.sentence import KNOWN

DAYS = {"day": 1, "week": 7, "month": 30}
FALLS = (20, 30, 50)
"""Falls in percent that are offered where a loss was named, and no fall to go with it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Coins that were bought or sold, which changes what is held."""

    asset: str
    bought: bool
    number: Decimal | None = None
    """So many coins; None where a share of them was named."""
    share: Decimal | None = None
    """So much of what is held, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sentence means, in one of the ways that its fields name."""

    lines: tuple[str, ...] = ()
    """Command lines that say the same; where there are several it has to be asked which is meant."""
    asks: bool = False
    """Whether the line changes something, so that it waits for a yes."""
    deeds: tuple[Deed, ...] = ()
    thanks: bool = False
    """It was a friendly word."""


def meant(text: str, held: Collection[str] = ()) -> Meaning | None:
    """What a whole sentence means; None where it is not understood. held: the assets that the writer holds.

    Raises BadInput for a number in it that may be two.
    """
    if text.strip() and not text.strip().strip("?!. "):
        return Meaning(("/help",)) if "?" in text else None
    if choice := _two_worths(text, held):
        return choice
    found = [meaning for row in rows_of(text, held) for read in _READERS if (meaning := read(row))]
    found = list(dict.fromkeys(found))
    if len(found) < 2:
        return found[0] if found else None
    lines = tuple(dict.fromkeys(line for each in found for line in each.lines))
    return Meaning(lines) if lines and not any(each.deeds for each in found) else None


def _of_table(row: str) -> Iterator[Meaning]:
    for intent in INTENTS:
        if match := intent.pattern.fullmatch(row):
            said = {name: word for name, word in match.groupdict().items() if word is not None}
            if "usd" in said:
                said["usd"] = _plain(said["usd"])
            yield Meaning(tuple(line.format_map(said) for line in intent.lines), intent.asks)


def _table(row: str) -> Meaning | None:
    found = list(dict.fromkeys(_of_table(row)))
    if len(found) < 2:
        return found[0] if found else None
    return Meaning(tuple(line for each in found for line in each.lines))


_HEDGE = re.compile(
    r"(?:how |help )?(?:hedge|protect)(?: hedge)?|(?:what|howmuch|how)(?: order)?(?: should)? short|"
    r"(?:too |make )?simpler(?: make)?|make(?= [1-9] order)"
)
_AFRAID = re.compile(
    r"scared(?: fall| market fall| market| lose(?: all)?)?|(?:market|all) (?:bad|fall)"
    r"(?: what| should| now)*|"
    r"what(?: should)? if market bad|what short safe|(?:how )?make bag safe|make safe|"
    r"not lose(?: all| bag| more)?|stop lose|safe bag"
)
_ONLY_CASH = re.compile(rf"(?:only )?(?:have )?(?:only )?\$?({NUMBER}) cash(?: margin| hedge)?")


def _hedging(row: str) -> Meaning | None:
    """A wish to hedge, with whatever is said of it."""
    if _AFRAID.fullmatch(row):
        return Meaning(("/hedge",))
    if cash := _ONLY_CASH.fullmatch(row):
        return Meaning((f"/hedge cash {_plain(cash[1])}",))
    begin = _HEDGE.match(row)
    if begin is None or (begin.end() < len(row) and row[begin.end()] != " "):
        return None
    rest, words = row[begin.end() :].strip(), list[str]()
    if begin[0].startswith(("what", "howmuch")) and rest == "safe":
        rest = ""
    while rest:
        fit = next(((match, say) for pattern, say in PARTS if (match := pattern.match(rest))), None)
        if fit is None:
            return None
        match, say = fit
        words.append(_part(say, match))
        rest = rest[match.end() :].strip()
    if not words and "simpler" in begin[0]:
        words = ["1 order"]
    return Meaning((" ".join(["/hedge", *filter(None, words)]),))


def _part(say: str, match: re.Match[str]) -> str:
    said = {name: word or "" for name, word in match.groupdict().items()}
    if "span" in said:
        return f"{int(said['n'] or 1) * DAYS[said['span']]}d"
    if "usd" in said:
        said["usd"] = _plain(said["usd"])
    if "day" in said:
        said["day"] = said["day"].replace("~", " ").title()
    if say == "{n} orders" and said["n"] == "1":
        say = "{n} order"
    return say.format_map(said)


_LOSS = re.compile(
    rf"(?:hedge )?(?:not )?lose (?:not )?(?:more(?: than)?|at most|most)? ?\$?(?P<usd>{NUMBER})"
    r"(?: if (?:BTC|market|all) (?:fall )?-?(?P<fall>[\d.]+)%)?"
)


_FLOOR = re.compile(
    rf"(?:(?:hedge|protect)(?: bag)? )?(?:bag )?not (?:fall )?below \$?(?P<usd>{NUMBER})"
    r"(?: if (?:BTC|market|all) (?:fall )?-?(?P<fall>[\d.]+)%)?"
)


def _loss(row: str) -> Meaning | None:
    """The most that may be lost or the least that may be left, in a fall that was named or is asked for."""
    if floor := _FLOOR.fullmatch(row):
        falls = [floor["fall"]] if floor["fall"] else FALLS
        return Meaning(tuple(f"/hedge floor {_plain(floor['usd'])} drop {fall}%" for fall in falls))
    match = _LOSS.fullmatch(row)
    if match is None or not ("not" in row or "most" in row):
        return None
    falls = [match["fall"]] if match["fall"] else FALLS
    usd = _plain(match["usd"])
    return Meaning(tuple(f"/hedge keep {usd} drop {fall}%" for fall in falls))


_BEGINS = re.compile(
    r"(?:whatif|how bad if|(?:howmuch|what)(?: hedge| bag)?(?: lose| make| happen)*(?: if| when| in| with)?"
    r"|if|what happen)(?= )"
)
_MOVE = re.compile(
    rf"(?:(?P<coin>{COIN})|(?:all )?market|all(?: bag)?|bag) "
    rf"(?:(?P<verb>fall|rise) (?:fall |rise )?-?(?P<share>{NUMBER})%|(?P<signed>[+-]{NUMBER})%|"
    r"(?P<times>halves|half|doubles))(?: |$)"
)
_BARE = re.compile(r"(?:BTC|market|all|bag)? ?(?:fall|rise)(?: market)?|market fall")


def _whatif(row: str) -> Meaning | None:
    """Moves of prices whose outcome is asked for."""
    begin = _BEGINS.match(row)
    if begin is None:
        return None
    rest = re.sub(r" (?:what happen|what|how bad|then)$|^ ?what ", "", row[begin.end() :]).strip()
    if _BARE.fullmatch(rest) and ("lose" in begin[0] or "if" in begin[0] or "happen" in begin[0]):
        return Meaning(("/whatif",))
    words = list[str]()
    while rest:
        move = _MOVE.match(rest)
        if move is None:
            return None
        coin = f"{move['coin']} " if move["coin"] else ""
        if move["times"]:
            words.append(f"{coin}{'+100' if move['times'] == 'doubles' else '-50'}%")
        elif move["signed"]:
            words.append(f"{coin}{move['signed']}%")
        else:
            words.append(f"{coin}{'-' if move['verb'] == 'fall' else '+'}{move['share']}%")
        rest = rest[move.end() :].strip()
    named = [" " in word for word in words]
    if not words or (any(named) and not all(named)) or (len(words) > 1 and not all(named)):
        return None
    return Meaning((" ".join(["/whatif", *words]),))


_DEED = re.compile(
    rf"(?:(?P<verb>bought|sold|rid|swap) )?(?:(?:(?P<n>{NUMBER})|(?P<share>half|all|\d[\d.]*%)) )?(?:more )?"
    rf"(?P<coin>{COIN})(?: more)?(?: |$)"
)


def _deeds(row: str) -> Meaning | None:
    """Coins that were bought, sold or swapped."""
    if not row.startswith(("bought", "sold", "rid", "swap")):
        return None
    deeds = list[Deed]()
    verb, swap, rest = "", row.startswith("swap"), row
    while rest:
        deed = _DEED.match(rest)
        if deed is None:
            return None
        verb = deed["verb"] or ("bought" if verb == "swap" else verb)
        share = _share(deed["share"], all_of_it=verb == "rid")
        if verb == "bought" and (share is not None or deed["n"] is None):
            return None
        if share is None and deed["n"] is None:
            return None
        number = None if deed["n"] is None else parse_number(deed["n"])
        deeds.append(Deed(deed["coin"], verb == "bought", number, share))
        rest = rest[deed.end() :].strip()
    if swap and len(deeds) != 2:
        return None
    if len({deed.asset for deed in deeds}) < len(deeds):
        return None
    return Meaning(deeds=tuple(deeds))


def _share(word: str | None, *, all_of_it: bool) -> Decimal | None:
    if word is None:
        return Decimal(1) if all_of_it else None
    return {"half": Decimal("0.5"), "all": Decimal(1)}.get(word) or parse_number(word.rstrip("%")) / 100


def _thanks(row: str) -> Meaning | None:
    return Meaning(thanks=True) if set(row.split()) == {"thanks"} else None


_WORTH = re.compile(r"(?:i (?:have|got|own|hold) )?(\d[\d.,]*[km]) of (?:my )?\$?([a-z0-9]+)", re.IGNORECASE)


def _two_worths(text: str, held: Collection[str]) -> Meaning | None:
    """`10k of SOL` may be coins or dollars, so both are offered."""
    match = _WORTH.fullmatch(text.strip().rstrip(".!"))
    if match is None:
        return None
    row = next(iter(rows_of(match[2], held)), "")
    if not re.fullmatch(COIN, row) or row not in {*KNOWN, *held}:
        return None
    number = _plain(match[1])
    return Meaning((f"/add {row} ${number}", f"/add {row} {number}"))


def _plain(number: str) -> str:
    """A number as a command reads it, whatever k and commas it was written with."""
    return f"{parse_number(number, money=True):f}".removesuffix(".0")


_READERS: tuple[Callable[[str], Meaning | None], ...] = (_table, _hedging, _loss, _whatif, _deeds, _thanks)
"""What a sentence is read by. One that two of them understand is a choice."""
