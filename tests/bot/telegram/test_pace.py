"""How soon notices may go."""

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.pace import CHAT_GAP, MOST_DEBT, RATE, Pace

ANNA, BERT, CARL = 1, 2, 3
EPSILON = 1e-6


def booked(pace: Pace, count: int, now: float = 0.0) -> list[float]:
    return [pace.book(now) for _ in range(count)]


def most_in_a_second(moments: list[float]) -> int:
    """The most moments that any second has."""
    return max(sum(begin <= each < begin + 1 - EPSILON for each in moments) for begin in moments)


def test_a_storm_goes_out_evenly_at_the_full_rate() -> None:
    turns = booked(Pace(), 20_000)
    assert most_in_a_second(turns[:100]) == RATE
    assert abs(turns[-1] - 20_000 / RATE) < 1


def test_after_a_silence_there_is_no_burst() -> None:
    pace = Pace()
    booked(pace, 10)
    assert most_in_a_second(booked(pace, 100, now=3600.0)) == RATE


@given(st.lists(st.tuples(st.floats(0, 0.3), st.booleans()), min_size=1, max_size=200))
def test_notices_wait_for_answers_but_never_long_and_keep_to_the_rate(
    steps: list[tuple[float, bool]],
) -> None:
    pace, now, turns = Pace(), 0.0, [0.0]
    for wait, answer in steps:
        now = max(now, turns[-1]) + wait
        if answer:
            pace.answered(ANNA, now)
        else:
            turns.append(pace.book(now))
            assert now <= turns[-1] <= now + MOST_DEBT + 1 / RATE
    assert most_in_a_second(turns[1:] or [0.0]) <= RATE


@given(st.integers(1, 20))
def test_what_is_answered_is_taken_from_the_notices_of_the_next_second(answers: int) -> None:
    pace = Pace()
    for _ in range(answers):
        pace.answered(ANNA, 0.0)
    turns = booked(pace, RATE)
    assert answers + sum(turn < 1 - EPSILON for turn in turns) == RATE


def test_a_chat_gets_one_message_a_second_whoever_it_is_from() -> None:
    pace = Pace()
    pace.sent(ANNA, 0.0)
    pace.answered(BERT, 0.5)
    assert pace.free_at(ANNA, 0.6) == CHAT_GAP
    assert pace.free_at(BERT, 0.6) == 0.5 + CHAT_GAP
    assert pace.free_at(CARL, 0.6) == 0.6
    assert pace.free_at(ANNA, 1.1) == 1.1


def test_a_refusal_is_of_one_chat_until_there_is_a_second_one() -> None:
    pace = Pace()
    pace.refused(ANNA, 30, 10.0)
    pace.refused(ANNA, 30, 12.0)
    assert pace.free_at(ANNA, 13.0) == 42.0
    assert pace.book(13.0) == 13.0
    pace.refused(BERT, 20, 14.0)
    assert pace.book(15.0) == 34.0


def test_refusals_that_are_over_say_nothing_about_later_ones() -> None:
    pace = Pace()
    pace.refused(ANNA, 5, 0.0)
    pace.refused(BERT, 5, 6.0)
    assert pace.book(7.0) == 7.0


def test_a_message_does_not_shorten_a_refusal() -> None:
    pace = Pace()
    pace.refused(ANNA, 30, 0.0)
    pace.answered(ANNA, 1.0)
    assert pace.free_at(ANNA, 2.0) == 30.0


def test_chats_that_are_free_again_are_forgotten() -> None:
    pace = Pace()
    pace.refused(CARL, 100, 0.0)
    for number in range(10_000):
        pace.sent(number, float(number))
    assert len(pace._free) < 200
