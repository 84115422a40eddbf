"""Replies come back from where they were kept exactly as they were."""

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.desk.stored_reply import read_reply, write_reply
from bot.wording.reply import Button, File, Picture, Reply

BUTTONS = st.builds(Button, st.text(max_size=10), st.text("abc/€ ", min_size=1, max_size=15), st.booleans())
FILES = st.builds(File, st.text(max_size=10), st.binary(max_size=20))
PICTURES = st.builds(
    Picture, st.text("<svg/>"), st.text("<svg/>"), st.text("abc"), st.integers(), st.integers()
)
REPLIES = st.builds(
    Reply,
    st.text(st.characters(exclude_categories=["Cs"])).map(Markup),
    st.lists(st.lists(BUTTONS, max_size=3).map(tuple), max_size=3).map(tuple),
    st.booleans(),
    st.lists(FILES, max_size=2).map(tuple),
    st.lists(PICTURES, max_size=2).map(tuple),
)


@given(REPLIES)
def test_a_reply_is_read_as_it_was_written(reply: Reply) -> None:
    again = read_reply(write_reply(reply))
    assert again == reply
    assert isinstance(again.text, Markup), "it is not escaped a second time"
