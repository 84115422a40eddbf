"""The README's picture shows what the bot says today."""

from tests.picture import PICTURE, conversation, draw


async def test_the_picture_is_what_make_picture_draws() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(await conversation())
