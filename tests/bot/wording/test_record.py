"""The sentences of /record."""

from bot.wording.record import record_message
from core.domain.range import NO_SCORE, Score
from tests.bot_html import visible


def told(own: Score, everybody: Score | None = None, unreported: tuple[int, ...] = ()) -> list[str]:
    return visible(str(record_message(own, everybody, unreported))).split("\n")


def test_the_share_is_told_first_and_beside_it_what_it_should_be() -> None:
    assert told(Score(stated=95, held=77, hedges=24)) == [
        "77 of 95 ranges held (81%), over 24 hedges",
        "A range is meant to hold four times in five, in 80% of cases.",
        "Not counted: hedges that lasted less than a day, were entered without my ticket, or lack a price.",
    ]


def test_of_few_hedges_it_says_that_they_are_few() -> None:
    first, meaning, _ = told(Score(stated=1, held=0, hedges=1))
    assert first == "0 of 1 range held (0%), over 1 hedge"
    assert meaning.endswith("Of fewer than 20 hedges chance decides more than my method does.")
    assert "fewer than" not in told(Score(stated=60, held=50, hedges=20))[1]


def test_without_any_it_says_what_will_be_counted() -> None:
    assert told(NO_SCORE) == [
        "No range of yours has been judged yet",
        "With a hedge I say between which two figures its outcome lies four times in five. Once it has "
        "ended, I look whether that came true, and count it here.",
    ]


def test_the_owner_reads_the_count_of_all_users() -> None:
    everybody = told(NO_SCORE, Score(stated=1200, held=950, hedges=300))
    assert "Over all users: 950 of 1,200 ranges held (79%), over 300 hedges." in everybody
    assert "Over all users: no range has been judged yet." in told(NO_SCORE, NO_SCORE)


def test_hedges_without_a_report_are_counted_and_the_newest_is_offered() -> None:
    assert "1 ended hedge has no report yet and may still be counted: type /report 4." in told(
        NO_SCORE, unreported=(4,)
    )
    assert "2 ended hedges have no report yet and may still be counted: type /report 4." in told(
        NO_SCORE, unreported=(4, 2)
    )
