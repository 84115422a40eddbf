"""What a push says: every kind and tier, alone and together."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.notices import LOCK_SCREEN
from bot.wording.notices.kind_words import words_of
from bot.wording.notices.notice import message
from bot.wording.reply import MAX_BUTTON_BYTES
from core.alert import KINDS
from core.alert.facts_json import read_facts
from core.alert.rule import Rule
from core.journal.fate import BY_EXTREME
from tests.bot.wording.notices.given import AGELESS, NOW, every_notice, notice, rules, usual
from tests.conversation import SIMULATED, Answer, pressable

EVERY = list(every_notice())
EVENTS = [body for body in EVERY if body["kind"] != "digest"]
MOST = 4096


def told(*bodies: dict[str, Any]) -> Answer:
    """The message, after what holds for each."""
    answer = Answer(message([read_facts(body) for body in bodies], NOW))
    assert len(answer.lines[0]) <= LOCK_SCREEN, answer.lines[0]
    assert len(str(answer.reply.text).encode("utf-16-le")) // 2 <= MOST
    assert "None" not in answer.text
    assert len(answer.buttons) == sum(len(row) for row in answer.reply.buttons), "labels are unique"
    assert all(button.below for button in pressable(answer.reply)), "what happened stays to be read"
    assert all(len(button.data.encode()) <= MAX_BUTTON_BYTES for button in pressable(answer.reply))
    assert all(len(row) <= 3 for row in answer.reply.buttons)
    return answer


def test_every_kind_has_its_sentences() -> None:
    worded = {name: words for name in KINDS if (words := words_of(name))}
    assert worded.keys() == KINDS.keys()
    assert [name for name, words in worded.items() if words.telling is None] == ["digest"]
    assert all(worded[name].about.keys() == kind.figures.keys() for name, kind in KINDS.items())
    orders = [words.order for words in worded.values()]
    assert len(set(orders)) == len(orders), "each has a place of its own in a message"


@pytest.mark.parametrize("body", EVENTS, ids=lambda body: f"{body['kind']}-{body['what']}-{body['tier']}")
def test_a_push_says_what_since_when_what_it_means_and_what_to_do(body: dict[str, Any]) -> None:
    answer = told(body)
    assert not answer.lines[0].startswith("Your alert on"), "it has a sentence of its own"
    ended = answer.lines[0].endswith("is past its liquidation price")
    assert ended or "Your limit: " in answer
    assert ("Reached at 09:12 UTC." if ended else "reached at 09:12 UTC.") in answer
    assert "What to do: " in answer
    assert SIMULATED in answer.lines
    aged = answer.lines[-1] == "Figures of 09:29 UTC, 20 s old."
    assert aged == (body["kind"] not in AGELESS)
    number = body["number"]
    assert answer.buttons["Snooze 1 h"] == f"/alert snooze {number} 1h"
    assert answer.buttons["Snooze 1 d"] == f"/alert snooze {number} 1d"
    assert answer.buttons["Mute this"] == f"/alert off {number}"
    assert answer.buttons[f"Mute {body['kind']}"] == f"/alert off {body['kind']}"
    if body["kind"] != "stale":
        assert "$" in answer


@pytest.mark.parametrize(
    ("kind", "figure", "first", "dollars", "ticket"),
    [
        (
            "liquidation",
            "distance",
            "ETH short 6.4% from liquidation",
            "its margin of $2,410",
            "/exit ETH/USDT:USDT on bybit",
        ),
        (
            "margin",
            "health",
            "ETH margin: 2.9x the least allowed",
            "add $500.00 of margin",
            "/exit ETH/USDT:USDT on bybit",
        ),
        (
            "funding",
            "rate",
            "ETH shorts pay 0.012% every 8 hours",
            "costs you $8.70 a day",
            "/exit ETH/USDT:USDT on bybit",
        ),
        ("funding", "pays", "Your hedge costs you $8.70 a day in funding", "$24,100", "/exit ETH"),
        ("drift", "risk", "Hedge off its size: ETH short $2,300 too much", "$2,100 too", "/adjust anyway"),
        ("drift", "size", "Your hedge is 11% too large", "short $26,000", "/adjust anyway"),
        (
            "expiry",
            "left",
            "Your ETH future ends in 7 days",
            "$24,100 of your hedge",
            "/roll ETH/USDT:USDT on bybit",
        ),
        ("dehedge", "fall", "BTC fell 15.2% since your hedge began", "made +$3,700", "/dehedge"),
        ("beta", "beta", "Your coins move 1.80x the market, not 1.50x", "by $9,000;", "/adjust anyway"),
        ("price", "level", "SOL over $120: $118.42", "worth $7,105", None),
        ("price", "fall 24h", "SOL fell 6.2% in 24 hours", "-$440.00 by this move", None),
    ],
)
def test_the_first_line_the_dollars_and_the_ticket(
    kind: str, figure: str, first: str, dollars: str, ticket: str | None
) -> None:
    rule = usual(kind, figure)
    answer = told(notice(rule))
    assert answer.lines[0] == first
    assert dollars in answer
    assert answer.buttons.get("Show ticket") == ticket


def test_the_worst_tier_says_that_it_is_urgent() -> None:
    rule = usual("liquidation")
    assert told(notice(rule, 3)).lines[0] == "URGENT: ETH short 6.4% from liquidation"
    gone = told(notice(rule, 3, distance=Decimal("-0.01")))
    assert gone.lines[0] == "URGENT: ETH short is past its liquidation price"


def test_where_the_margin_rates_are_assumed_a_push_asks_and_never_declares() -> None:
    rule = usual("liquidation")
    answer = told(notice(rule, 3, distance=Decimal("-0.01"), reason=BY_EXTREME, assumed=True))
    assert answer.lines[0] == "URGENT: ETH short may have been liquidated"
    assert "while I could not look. I expect Bybit to close your short at" in answer
    assert "only assume its margin rates" in answer
    assert "the exchange closes" not in answer
    assert {"It was liquidated", "It is still open"} <= answer.buttons.keys()
    now = told(notice(rule, 3, distance=Decimal("-0.01"), assumed=True))
    assert now.lines[0] == answer.lines[0]
    assert "ETH is at" in now
    before = told(notice(rule, 1, assumed=True))
    assert "I expect Bybit to close your short and keep its margin of $2,410" in before
    sure = told(notice(rule, 3, distance=Decimal("-0.01"), reason=BY_EXTREME, lost=True))
    assert sure.lines[0] == "URGENT: ETH short is past its liquidation price"
    assert "ETH went to" in sure


def test_a_price_of_a_thousand_coins_is_told_as_one() -> None:
    symbol = "1000PEPE/USDT:USDT"
    answer = told(notice(usual("liquidation"), subject="PEPE", symbol=symbol, mark=Decimal("0.0105")))
    assert answer.lines[0].startswith("PEPE short")
    assert "1000PEPE is at $0.0105" in answer


def test_margin_that_is_added_has_to_be_told() -> None:
    answer = told(notice(usual("liquidation")))
    assert "add $1,200 of margin on Bybit" in answer
    assert "counts once you tell me: /position ETH margin 3611" in answer
    assert answer.buttons["I added margin"] == "/position ETH/USDT:USDT margin 3611 on bybit"


def test_a_position_that_is_not_the_users_has_no_dollars_in_it() -> None:
    answer = told(notice(usual("funding", "rate"), day=None, short=None))
    assert "Your short" not in answer


def test_what_was_reached_on_another_day_says_the_day() -> None:
    body = notice(usual("drift")) | {"since": (NOW - timedelta(days=2)).isoformat()}
    assert "reached at 8 Jun, 09:30 UTC" in told(body)


def test_times_are_those_of_the_users_clock() -> None:
    berlin = {"zone": "Europe/Berlin"}
    answer = told(notice(usual("drift")) | berlin)
    assert "reached at 11:12 Berlin time." in answer
    assert "Figures of 11:29 Berlin time, 20 s old." in answer
    assert "settled on 13 Jun 2026, 11:30 Berlin time" in told(notice(usual("expiry")) | berlin)
    assert "The last ones are of 11:12 Berlin time." in told(notice(usual("stale")) | berlin)
    began = {"began": "2026-06-02T23:00:00+00:00"}
    assert told(_digest(**began, zone="Europe/Berlin")).lines[0].startswith("Since 3 Jun")
    assert "09:12 UTC" in told(notice(usual("drift")) | {"zone": "Mars/Phobos"}), "never fails"


@pytest.mark.parametrize(
    ("kind", "facts", "first"),
    [
        ("liquidation", {"distance": Decimal("0.2999")}, "ETH short 29.9% from liquidation"),
        ("liquidation", {"distance": Decimal("0.2994")}, "ETH short 29.9% from liquidation"),
        ("dehedge", {"value": Decimal("-0.15001")}, "BTC fell 15.1% since your hedge began"),
        ("dehedge", {"value": Decimal("-0.1549")}, "BTC fell 15.5% since your hedge began"),
    ],
)
def test_a_figure_just_past_its_limit_is_not_rounded_back_to_it(
    kind: str, facts: dict[str, Any], first: str
) -> None:
    assert told(notice(usual(kind), **facts)).lines[0] == first


@pytest.mark.parametrize(
    ("side", "limit", "said"),
    [
        ("below", "-0.0001", "Your limit: shorts pay over 0.01%,"),
        ("below", "0", "Your limit: shorts pay anything,"),
        ("below", "0.0001", "Your limit: shorts get under 0.01%,"),
        ("above", "0.0001", "Your limit: shorts get over 0.01%,"),
        ("above", "0", "Your limit: shorts get paid,"),
        ("above", "-0.0001", "Your limit: shorts pay under 0.01%,"),
    ],
)
def test_a_limit_of_funding_is_told_without_its_sign(
    side: Literal["above", "below"], limit: str, said: str
) -> None:
    assert said in told(notice(Rule("funding", "rate", "ETH", side, (Decimal(limit),))))


def test_funding_that_comes_in_calls_for_no_ticket_and_none_open_for_a_plan() -> None:
    rate = usual("funding", "rate")
    earning = told(notice(rate, rate=Decimal("0.0002"), day=Decimal(14)))
    assert "Show ticket" not in earning.buttons
    assert "What to do: nothing needs doing." in earning
    nothing = told(notice(rate, day=None, short=None))
    assert nothing.buttons["Plan a hedge"] == "/hedge"
    assert "Show ticket" not in nothing.buttons


def test_a_price_calls_for_a_plan_only_where_there_is_no_hedge_yet() -> None:
    rule = usual("price", "level")
    assert told(notice(rule)).buttons["Plan a hedge"] == "/hedge"
    hedged = told(notice(rule, hedged=True))
    assert hedged.buttons["Adjust"] == "/adjust"
    assert "Plan a hedge" not in hedged.buttons


def test_what_happens_to_a_position_is_told_the_way_it_would_happen() -> None:
    answer = told(notice(usual("liquidation")))
    assert "At $3,631.00, 6.4% higher, the exchange closes your short" in answer
    long = told(notice(usual("liquidation"), short=Decimal(-24_100), liquidation=Decimal(3193), add=None))
    assert long.lines[0] == "ETH long 6.4% from liquidation"
    assert "At $3,193.00, 6.4% lower, the exchange closes your long" in long
    past = told(notice(usual("liquidation"), 3, distance=Decimal("-0.01")))
    assert "higher" not in past
    assert "look on Bybit now whether it is still open" in past
    assert "I added margin" not in past.buttons


def test_a_future_that_has_ended_is_closed_in_the_book_and_not_rolled() -> None:
    answer = told(notice(usual("expiry"), 4) | {"value": "0"})
    assert answer.lines[0] == "Your ETH future has ended"
    assert "It was settled on 13 Jun 2026" in answer
    assert answer.buttons["It was closed"] == "/position closed ETH/USDT:USDT on bybit"


def test_a_fall_by_which_nobody_knows_what_the_hedge_made_promises_no_ticket() -> None:
    answer = told(notice(usual("dehedge"), made=None))
    assert "Show ticket" not in answer.buttons
    assert "is not known now" in answer
    lost = told(notice(usual("dehedge"), made=Decimal(-50)))
    assert "Your hedge made -$50.00, your coins -$4,100." in lost, "there is nothing to take back"


@pytest.mark.parametrize(
    ("positions", "said"), [(1, "1 position there, and I cannot see its"), (2, "see their")]
)
def test_one_position_and_several(positions: int, said: str) -> None:
    assert said in told(notice(usual("stale"), positions=positions))


def test_which_coins_of_a_hedge_are_off() -> None:
    assert "Of that: ETH $2,300 too much, SOL $200.00 too little." in told(notice(usual("drift")))
    four = {coin: Decimal(size) for size, coin in ((9, "AVAX"), (8, "BTC"), (7, "DOT"), (6, "ETH"))}
    assert "Most of that: AVAX $9.00 too much, BTC $8.00 too much, DOT" in told(
        notice(usual("drift"), errors=four)
    )
    assert told(notice(usual("drift", "risk"), errors=None)).lines[0] == "Your hedge is off its right size"


def test_real_prices_are_not_called_simulated() -> None:
    assert SIMULATED not in told(notice(usual("drift"), simulated=False))


def test_several_are_one_message_with_the_worst_first() -> None:
    bodies = [
        notice(usual("price", "level"), number=1),
        notice(usual("drift"), number=2),
        notice(usual("margin"), number=3),
        notice(usual("liquidation"), 2, number=4),
    ]
    random.Random(5).shuffle(bodies)
    answer = told(*bodies)
    assert answer.lines[0] == "ETH short 6.4% from liquidation (+3 more)"
    heads = [line for line in answer.lines if line.startswith(("ETH margin", "Your hedge", "SOL over"))]
    assert heads[:3] == [
        "ETH margin: 2.9x the least allowed",
        "Your hedge is 11% too large",
        "SOL over $120: $118.42",
    ]
    assert heads[3:] == heads[:3], "the details are folded, each under its line"
    assert answer.text.count("Your limit: ") == 4
    assert str(answer.reply.text).count("<blockquote expandable>") == 1
    assert answer.buttons["Ticket: ETH"] == "/exit ETH/USDT:USDT on bybit"
    assert answer.buttons["Ticket: drift"] == "/adjust anyway"
    assert answer.buttons["Snooze all 1 h"] == "/alert snooze 4 3 2 1 1h"
    muted = [label for label in answer.buttons if "Mute" in label]
    assert muted == ["Mute liquidation", "Mute margin", "Mute drift"]


def test_of_several_positions_the_nearest_to_its_end_is_first_and_each_ticket_says_whose_it_is() -> None:
    coins = {"AVAX": "0.258", "LINK": "0.23", "SOL": "0.292", "DOT": "0.27"}
    bodies = [
        notice(usual("liquidation"), symbol=f"{coin}/USDT:USDT", distance=Decimal(away)) | {"subject": coin}
        for coin, away in coins.items()
    ]
    answer = told(*bodies)
    assert answer.lines[0] == "LINK short 23% from liquidation (+3 more)"
    tickets = {label: line for label, line in answer.buttons.items() if "icket" in label}
    assert tickets == {
        f"Ticket: {coin}": f"/exit {coin}/USDT:USDT on bybit" for coin in ("LINK", "AVAX", "DOT", "SOL")
    }
    assert answer.buttons["Positions"] == "/positions"
    assert "I added margin" not in answer.buttons, "to which of them?"


def test_however_many_there_are_it_is_one_message_and_counts_all() -> None:
    rule = usual("price", "level")
    bodies = [notice(rule, number=number) | {"subject": f"COIN{number}"} for number in range(1, 51)]
    answer = told(*bodies)
    assert answer.lines[0].endswith("(+49 more)")
    assert "And 20 more: /alerts lists them." in answer
    assert answer.buttons["All alerts"] == "/alerts"


def test_two_alerts_that_say_the_same_say_it_once() -> None:
    one, other = (notice(usual("liquidation"), tier, number=tier) for tier in (1, 2))
    answer = told(one, other)
    assert answer.lines[0] == "ETH short 6.4% from liquidation"
    assert answer.text.count("from liquidation") == 1
    assert "Your limit: 20% away" in answer, "the worse of them"
    assert answer.buttons["Snooze all 1 h"] == "/alert snooze 2 1 1h"


def test_the_same_coin_in_danger_on_two_exchanges_is_told_twice() -> None:
    answer = told(notice(usual("liquidation")), notice(usual("liquidation"), venue="bingx"))
    assert answer.lines[0] == "ETH short 6.4% from liquidation (+1 more)"
    assert "on Bybit" in answer
    assert "on BingX" in answer
    assert answer.buttons["Ticket: ETH"] == "/exit ETH/USDT:USDT on bybit"
    assert answer.buttons["Ticket: ETH/USDT:USDT on bingx"] == "/exit ETH/USDT:USDT on bingx"


def test_of_two_alerts_at_once_each_kind_can_be_muted() -> None:
    answer = told(notice(usual("liquidation"), number=11), notice(usual("drift"), number=12))
    assert answer.buttons["Mute liquidation"] == "/alert off liquidation"
    assert answer.buttons["Mute drift"] == "/alert off drift"


def _digest(**facts: Any) -> dict[str, Any]:
    return notice(usual("digest")) | facts


def test_the_digest_of_a_hedge() -> None:
    answer = told(_digest())
    assert answer.lines[0] == "Since 3 Jun +$540.00: coins -$2,000, hedge +$2,540"
    assert "Your hedge covers 92% of your coins' risk; you aimed at 100%." in answer
    assert "Funding earns you $3.20 a day at the rates now." in answer
    assert "Your ETH future ends on 25 Jun, in 15 days: /roll" in answer
    assert "attention" not in answer, "what is not known is not said"
    assert "Nothing needs your attention." in told(_digest(attention=[]))
    assert "Your coins are worth $50,000." in answer
    assert not any("Snooze" in label for label in answer.buttons)


def test_the_digest_says_what_changed_since_the_one_before_of_the_same_hedge() -> None:
    before = _digest() | {"net": "394", "coins": "-2166", "hedge": "2560"}
    answer = told(_digest(before=before))
    assert answer.lines[0] == "Since yesterday +$146.00: coins +$166.00, hedge -$20.00"
    assert "Since your hedge began on 3 Jun: +$540.00: coins -$2,000, hedge +$2,540." in answer
    other = before | {"began": NOW.isoformat()}
    assert told(_digest(before=other)).lines[0].startswith("Since 3 Jun +$540.00")


def test_the_digest_names_what_came_and_what_may_not_have_arrived() -> None:
    drifted = notice(usual("drift"))
    cheap = [notice(usual("price", "level")) | {"subject": f"C{number}"} for number in range(25)]
    fallen = notice(usual("dehedge"), number=9)
    answer = told(_digest(fired=[drifted, fallen], unknown=cheap, attention=[drifted]))
    assert "Needs attention: 1\n– Your hedge is 11% too large" in answer
    assert "Nothing needs" not in answer
    assert "Told you since the last one: 1\n– BTC fell" in answer, "what lasts is named once"
    assert "Not sure that these reached you: 25\n– C0 over $120: $118.42" in answer
    assert "– and 5 more" in answer


def test_the_digest_of_who_has_no_hedge() -> None:
    facts = dict.fromkeys(("began", "net", "coins", "hedge", "coverage", "target", "day", "expiry"))
    answer = told(_digest(**facts))
    assert answer.lines[0] == "Your coins are worth $50,000"
    assert answer.text.count("$50,000") == 1


def test_a_digest_beside_others_is_told_in_full() -> None:
    unknown = [notice(usual("price", "level")) | {"subject": f"C{number}"} for number in range(25)]
    alone = told(_digest(unknown=unknown))
    beside = told(*[notice(rule) for rule in rules() if rule.kind != "digest"] * 3, _digest(unknown=unknown))
    assert alone.text in beside.text


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("1e999999")
nested = plain | st.lists(plain, max_size=2) | st.dictionaries(st.text(max_size=5), plain, max_size=2)
broken = nested | st.lists(nested, max_size=2)


@given(st.lists(st.tuples(st.sampled_from(EVERY), st.data()), min_size=1, max_size=4))
def test_what_a_body_lacks_is_left_out_and_nothing_fails(drawn: list[tuple[dict[str, Any], Any]]) -> None:
    bodies = []
    for body, data in drawn:
        gone = data.draw(st.sets(st.sampled_from(sorted(body))))
        spoilt = data.draw(st.dictionaries(st.sampled_from(sorted(body)), broken, max_size=4))
        bodies.append({name: value for name, value in body.items() if name not in gone} | spoilt)
    answer = Answer(message([read_facts(body) for body in bodies], NOW))
    assert answer.text.strip()
    assert len(str(answer.reply.text).encode("utf-16-le")) // 2 <= MOST
    assert "None" not in answer.text.replace("'None'", "")


@given(st.lists(st.sampled_from(EVERY), min_size=1, max_size=60), st.randoms())
def test_any_batch_in_any_order_is_the_same_message(
    bodies: list[dict[str, Any]], order: random.Random
) -> None:
    first = told(*bodies)
    mixed = list(bodies)
    order.shuffle(mixed)
    assert told(*mixed).lines[0] == first.lines[0]


@given(st.decimals("1e-9", "1e12", allow_nan=False), st.decimals("1e-6", "1e9", allow_nan=False))
def test_the_first_line_fits_whatever_the_figures(price: Decimal, amount: Decimal) -> None:
    for kind in KINDS:
        rule: Rule = usual(kind)
        facts: dict[str, Any] = {
            "price": price,
            "worth": amount,
            "distance": amount,
            "day": -amount,
            "net": amount,
            "coins": -amount,
            "hedge": amount,
            "short": amount,
            "subject": "1000000MOGCAT",
        }
        told(notice(rule, **facts))


@pytest.mark.parametrize("figure", ["rate", "pays"])
def test_funding_of_thousands_a_day_is_never_waited_out(figure: str) -> None:
    dear = notice(usual("funding", figure), day=Decimal(-6490), reopen=Decimal(135), apr=Decimal("-175.2"))
    answer = told(dear)
    assert "A day of waiting costs $6,490, closing and opening again about $135.00 in fees." in answer
    assert "nothing yet" not in answer
    assert "Show ticket" in answer.buttons


def test_funding_that_closing_would_not_save_is_waited_out() -> None:
    answer = told(notice(usual("funding", "pays"), day=Decimal(-20), reopen=Decimal(135)))
    assert "Closing and opening again costs about $135.00 in fees, as much as 7 days of this." in answer
    assert "Show ticket" not in answer.buttons


def test_a_notice_that_comes_late_says_the_figure_of_then_and_that_of_now() -> None:
    late = notice(usual("dehedge", "fall")) | {"then": "-0.312", "value": "-0.16"}
    assert "At 09:12 UTC it was: 31.2%. Now: 16%." in told(late).text.replace("-", "")
    assert "it was" not in told(notice(usual("dehedge", "fall")))


def test_a_contract_that_can_only_be_closed_is_told_as_one_to_leave() -> None:
    answer = told(notice(usual("contract"), condition="reduce only", urgent=False))
    assert answer.lines[0] == "ETH contract can only be closed now"
    assert "You can still close what you have, but open nothing new." in answer
    assert "close it on Bybit while you can, and hedge with another contract: /hedge." in answer


def test_a_contract_that_is_gone_may_go_on_under_its_coins_new_name() -> None:
    answer = told(notice(usual("contract"), condition="gone", urgent=True, subject="FTM"))
    assert "FTM is S now, so it may go on as S" in answer
    assert "may go on as" not in told(notice(usual("contract"), condition="gone", urgent=True))


def test_a_contract_of_another_size_is_told_and_its_coins_asked_about() -> None:
    sizes = (Decimal(1), Decimal(10))
    answer = told(notice(usual("contract"), condition="resized", size_then=sizes[0], size_now=sizes[1]))
    assert answer.lines[0] == "URGENT: Bybit resized your ETH contract"
    assert "One contract was 1 ETH when you filled yours, and is 10 ETH now." in answer
    assert answer.buttons["The same coins"] == "/position resized ETH/USDT:USDT on bybit"
    assert "It was closed" not in answer.buttons


def test_a_contract_that_is_another_one_now_is_told_as_not_watched() -> None:
    answer = told(notice(usual("contract"), condition="another kind", urgent=True))
    assert answer.lines[0] == "URGENT: Bybit replaced your ETH contract"
    assert "its liquidation is not watched" in answer
    assert "It was closed" in answer.buttons


def test_a_short_that_may_be_closed_in_profit_is_told_with_each_way_and_its_dollars() -> None:
    answer = told(notice(usual("adl"), 1))
    assert answer.lines[0] == "Bybit may soon close ETH shorts in profit"
    assert "Your short of $24,100 is $5,300 in profit." in answer
    assert "two orders, about $24.00 in fees" in answer
    assert "add $13,300 of margin, which halves its leverage" in answer
    assert answer.buttons["Show ticket"] == "/anew ETH/USDT:USDT on bybit"
    assert answer.buttons["Half elsewhere"] == "/anew ETH/USDT:USDT on bybit half elsewhere"
    worse = told(notice(usual("adl"), 2))
    assert worse.lines[0] == "URGENT: Bybit may close your ETH short now"
    losing = told(notice(usual("adl"), 2, gained=Decimal(-300)))
    assert "not in profit now, so others are closed before it" in losing
    assert "Show ticket" not in losing.buttons


def test_an_account_that_several_shorts_share_is_told_as_one() -> None:
    shared: dict[str, Any] = {
        "mode": "coins",
        "subject": "ETH, SOL",
        "short": Decimal(40_000),
        "needed": Decimal(900),
    }
    answer = told(notice(usual("liquidation"), 2, **shared))
    assert answer.lines[0].startswith("Your Bybit account: a rise of ")
    assert "the exchange closes all of it together: ETH, SOL" in answer
    assert "I added margin" not in answer.buttons
    assert answer.buttons["Show ticket"] == "/dehedge"
    falling = told(notice(usual("liquidation"), 2, falls=True, **shared))
    assert falling.lines[0].startswith("Your Bybit account: a fall of ")
    gone = told(notice(usual("liquidation"), 4, **{**shared, "distance": Decimal("-0.01")}))
    assert gone.lines[0] == "URGENT: your Bybit account is past its liquidation"
    low = told(notice(usual("margin"), 2, **shared))
    assert low.lines[0].startswith("Bybit account: ")
