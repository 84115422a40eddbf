"""The conversations of docs/tour/ can still be had: each button that is pressed in them is there."""

import pytest

from tests.tour import TOUR, TOURS, written


def turns(transcript: str) -> list[str]:
    """What is typed and pressed, without what is answered."""
    return [line for line in transcript.splitlines() if line.startswith("**You")]


@pytest.mark.parametrize("name", TOURS)
async def test_a_transcript_is_of_the_conversation(name: str) -> None:
    kept = (TOUR / name).read_text(encoding="utf-8")
    assert turns(kept)
    assert turns(await written(name)) == turns(kept)


def test_there_is_no_other() -> None:
    assert {path.name for path in TOUR.glob("*")} == set(TOURS)
