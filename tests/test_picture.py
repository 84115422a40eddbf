"""The README's pictures show what the bot says today."""

import pytest

from tests.picture import DRAWN, PICTURES, draw


@pytest.mark.parametrize("name", DRAWN)
async def test_a_picture_is_what_make_picture_draws(name: str) -> None:
    assert (PICTURES / name).read_text(encoding="utf-8") == await draw(name)
