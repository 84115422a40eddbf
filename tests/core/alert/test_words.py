"""Alerts as people type them: read, and spelled so that they are read as the same again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.numbers import parse_number
from core.alert import KINDS, rule_said
from core.alert.kind import Figure, Kind
from core.alert.rule import Rule, Side
from core.alert.words import NotARule
from core.domain.errors import BadInput
from tests.core.alert.given import said
from tests.core.alert.spelling import spelled

FORMS = [form for kind in KINDS.values() for form in kind.forms]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("funding ETH below -0.01%", ("funding", "rate", "ETH", "below", ["-0.0001"])),
        ("Funding weth UNDER -0,01%", ("funding", "rate", "ETH", "below", ["-0.0001"])),
        ("funding ETH above 20% apr", ("funding", "apr", "ETH", "above", ["0.2"])),
        ("funding ETH apr over 20%", ("funding", "apr", "ETH", "above", ["0.2"])),
        ("funding ETH flip", ("funding", "rate", "ETH", "across", ["0"])),
        ("funding ETH extreme", ("funding", "extreme", "ETH", "above", ["3"])),
        ("funding pays", ("funding", "pays", "", "below", ["-0.05"])),
        ("funding below 0", ("funding", "rate", "", "below", ["0"])),
        ("drift 10%", ("drift", "size", "", "above", ["0.1"])),
        ("drift risk 5%", ("drift", "risk", "", "above", ["0.05"])),
        ("liquidation 20%", ("liquidation", "distance", "", "below", ["0.2"])),
        ("liquidation", ("liquidation", "distance", "", "below", ["0.3", "0.2", "0.1"])),
        ("liquidation 10% 30% 20%", ("liquidation", "distance", "", "below", ["0.3", "0.2", "0.1"])),
        ("liquidation eth below 20%", ("liquidation", "distance", "ETH", "below", ["0.2"])),
        ("liquidation 4s", ("liquidation", "sigma", "", "below", ["4"])),
        ("liquidation 6 4 2 sigmas", ("liquidation", "sigma", "", "below", ["6", "4", "2"])),
        ("margin 150%", ("margin", "health", "", "below", ["1.5"])),
        ("basis BTC below 0", ("basis", "yearly", "BTC", "below", ["0"])),
        ("basis BTC flips", ("basis", "yearly", "BTC", "across", ["0"])),
        ("expiry 6h 1d", ("expiry", "left", "", "below", ["1", "0.25"])),
        ("dehedge 15%", ("dehedge", "fall", "", "above", ["0.15"])),
        ("price SOL below $120", ("price", "level", "SOL", "below", ["120"])),
        ("price BTC above 100,000", ("price", "level", "BTC", "above", ["100000"])),
        ("price BTC > 100k", ("price", "level", "BTC", "above", ["100000"])),
        ("price SOL 5% 1h", ("price", "1h", "SOL", "above", ["0.05"])),
        ("price 1INCH 5% 1d", ("price", "24h", "1INCH", "above", ["0.05"])),
        ("price SOL falls 10% 24h", ("price", "fall 24h", "SOL", "above", ["0.1"])),
        ("price SOL -5% 1h", ("price", "fall 1h", "SOL", "above", ["0.05"])),
        ("price SOL falls by 5 % in 24 hours", ("price", "fall 24h", "SOL", "above", ["0.05"])),
        ("price of SOL is less than 120 USD", ("price", "level", "SOL", "below", ["120"])),
        ("price SOL <120$", ("price", "level", "SOL", "below", ["120"])),
        ("price IN below 1", ("price", "level", "IN", "below", ["1"])),
        ("funding ETH below -0.01 percent", ("funding", "rate", "ETH", "below", ["-0.0001"])),
        ("funding pays 5%", ("funding", "pays", "", "below", ["-0.05"])),
        ("funding pays -5%", ("funding", "pays", "", "below", ["0.05"])),
        ("margin 2x 1.5x", ("margin", "health", "", "below", ["2", "1.5"])),
        ("expiry 3 days 6 hours", ("expiry", "left", "", "below", ["3", "0.25"])),
        ("stale 20 minutes", ("stale", "minutes", "", "above", ["20"])),
        ("beta", ("beta", "beta", "", "above", ["0.25"])),
        ("beta r2 40%", ("beta", "r2", "", "below", ["0.4"])),
        ("stale 1h", ("stale", "minutes", "", "above", ["60"])),
        ("digest", ("digest", "due", "", "below", ["720"])),
    ],
)
def test_what_is_typed_is_understood(words: str, rule: tuple[str, str, str, Side, list[str]]) -> None:
    kind, figure, subject, side, tiers = rule
    assert said(words) == Rule(kind, figure, subject, side, tuple(map(Decimal, tiers)))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Say what to watch"),
        ("weather", "Say what to watch"),
        ("funding ETH", "above or below"),
        ("funding ETH below", "at which figure"),
        ("funding ETH below 5", "no percentage"),
        ("funding ETH below -60%", "-5% to 5%"),
        ("funding ETH BTC below 0", "“BTC”"),
        ("funding ETH below above 0", "“above”"),
        ("funding ETH flip 5%", "no figure"),
        ("funding USDT below 0", "one dollar"),
        ("funding ETH extreme apr", "“apr extreme”"),
        ("drift ETH 10%", "“ETH”"),
        ("drift 900%", "1% to 500%"),
        ("drift below 10%", "one direction"),
        ("liquidation flip", "one direction"),
        ("liquidation 60% 50% 40% 30% 20% 10% 5%", "At most 6"),
        ("margin 50%", "101%"),
        ("expiry 7", "no time"),
        ("expiry 15min", "no time"),
        ("price below 120", "Say which coin"),
        ("price SOL 120", "above or below"),
        ("price SOL below 5%", "no price"),
        ("price SOL below -5", "“-5” is no price"),
        ("price SOL below 0", "“0” is no price"),
        ("price SOL rise -5% 1h", "0.1%"),
        ("price SOL fall 5%", "Say also 1h or 24h"),
        ("drift 0.1x", "“0.1x”"),
        ("price SOL below 2x", "“2x”"),
        ("price SOL below 1.250", "could be"),
        ("price SOL below nan", "“nan”"),
        ("price binanceusdm:SOL/USDT:USDT below 5", "ticker"),
        ("stale 2m", "5m"),
        ("digest 8:00", "“8:00”"),
        ("beta 0.25 r2", "no percentage"),
    ],
)
def test_what_cannot_be_is_refused_with_an_example(words: str, why: str) -> None:
    with pytest.raises(BadInput) as refusal:
        said(words)
    assert why in str(refusal.value)


def test_a_refused_price_is_answered_with_one_that_is_right() -> None:
    with pytest.raises(NotARule) as refusal:
        said("price SOL below 5%")
    assert refusal.value.form == "price SOL below 120"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_that_is_shown_can_be_typed(form: str) -> None:
    assert spelled(said(form)).split()[0] == form.split(maxsplit=1)[0]


def test_a_refusal_shows_a_form_of_the_same_figure() -> None:
    with pytest.raises(NotARule) as beyond:
        said("price SOL fall 2000% 24h")
    assert beyond.value.form == "price SOL fall 10% 24h"
    with pytest.raises(NotARule) as unsaid:
        said("price SOL rise 1h")
    assert unsaid.value.form == "price SOL 5% 1h"


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("price SOL below 1.2550", "price SOL below 1.2550"),
        ("price SOL below 120.0", "price SOL below 120"),
        ("price SOL over 1,250", "price SOL above 1250"),
        ("liquidation 30% 20% 10%", "liquidation"),
        ("liquidation ETH 25.50%", "liquidation ETH 25.5%"),
        ("liquidation 4s", "liquidation 4 sigma"),
        ("funding eth flips", "funding ETH flip"),
        ("funding ETH over 20% year", "funding ETH above 20% apr"),
        ("funding pays 8%", "funding 8% pays"),
        ("expiry 36h 3h", "expiry 36h 3h"),
        ("expiry 48h", "expiry 2d"),
        ("stale 1h", "stale 60m"),
        ("price SOL down 10% 1d", "price SOL 10% fall 24h"),
    ],
)
def test_a_rule_is_spelled_shortly(words: str, short: str) -> None:
    assert spelled(said(words)) == short


def figures(figure: Figure) -> st.SearchStrategy[Decimal]:
    """Tiers that can be typed: of whole minutes, hours or so many places."""
    if figure.unit == "minutes":
        return st.integers(int(figure.least), int(figure.most)).map(Decimal)
    if figure.unit == "days":
        return st.integers(1, 24 * int(figure.most)).map(
            lambda hours: (Decimal(hours) / 24).quantize(Decimal("1e-12"))
        )
    most = min(figure.most, Decimal(10) ** 9)
    exact = st.decimals(figure.least, most, places=12, allow_nan=False, allow_infinity=False)
    rounded = st.builds(round, exact, st.sampled_from([0, 1, 3, 12]))
    return rounded.filter(lambda tier: figure.least <= tier <= figure.most)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    name = draw(st.sampled_from(sorted(kind.figures)))
    figure = kind.figures[name]
    sides: list[Side] = ["above", "below", "across"] if figure.least <= 0 else ["above", "below"]
    side: Side = draw(st.sampled_from([figure.side] if figure.side else sides))
    tiers = {Decimal(0)} if side == "across" else draw(st.sets(figures(figure), min_size=1, max_size=6))
    subject = draw(st.sampled_from(_subjects(kind)))
    return Rule(kind.name, name, subject, side, tuple(sorted(tiers, reverse=side == "below")))


def _subjects(kind: Kind) -> list[str]:
    coins = ["ETH", "1INCH", "PEPE"]
    return {"none": [""], "needed": coins, "optional": ["", *coins, "binanceusdm:ETH/USDT:USDT-260925"]}[
        kind.coin
    ]


@given(rules())
def test_a_rule_that_is_spelled_is_read_as_the_same(rule: Rule) -> None:
    assert rule_said(spelled(rule).split(), parse_number) == rule


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    for kind in KINDS:
        try:
            rule = rule_said([kind, *text.split()], parse_number)
        except BadInput:
            continue
        assert rule.kind == kind
