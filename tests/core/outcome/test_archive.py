"""A report that was kept says the same later."""

from datetime import datetime

from hypothesis import given

from core.journal.episode import Episode
from core.outcome.archive import read_report, write_report
from tests.core.outcome.lives import after, episode, fill, step
from tests.core.outcome.test_report import lives, told


@given(lives())
def test_what_was_kept_is_what_is_read(lived: tuple[Episode, str, datetime]) -> None:
    life, ends, until = lived
    card = told(life, ends, until)
    assert read_report(write_report(card)) == card


def test_what_was_not_known_stays_not_known() -> None:
    life = episode(fill("-100", "3000"), steps=[step("NOPE", "5", None)])
    card = told(life, "ETH 2400", after(hours=30), histories={})
    assert (card.unpriced, card.unfunded, card.protected) == (("NOPE",), ("ETH",), None)
    assert read_report(write_report(card)) == card
