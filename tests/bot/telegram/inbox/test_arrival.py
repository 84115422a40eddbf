"""Updates read one by one, whatever is in them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.inbox.arrival import (
    MOST_TEXT,
    Arrival,
    SentFile,
    Unreadable,
    number_of,
    read_arrival,
    read_kept,
    sender_of,
    write_arrival,
)
from tests.bot_messages import Json

ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
OWN = {"id": 7, "type": "private", "first_name": "Ann"}
MESSAGE: Json = {"message_id": 5, "date": 1, "from": ANN, "chat": OWN}
QUERY: Json = {"id": "9", "from": ANN, "chat_instance": "1", "data": "/hedge", "message": MESSAGE}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def message(**content: object) -> Json:
    return {"update_id": 1, "message": {**MESSAGE, **content}}


def test_a_line_is_read_with_nothing_but_what_is_answered_to() -> None:
    assert read_arrival(message(text="SOL 60")) == Arrival(1, "text", 7, 7, True, 5, "SOL 60")
    assert "Ann" not in write_arrival(Arrival(1, "text", 7, 7, True, 5, "SOL 60"))


@pytest.mark.parametrize(
    "content",
    [
        {"date": "yesterday"}, {"date": 2**63}, {"entities": "x"}, {"entities": [{"type": "bot_command"}]},
        {"paid_media": {"star_count": 1, "paid_media": [{"type": "smell"}]}}, {"hologram": {"x": 1}},
        {"forward_origin": {"type": "from_the_moon", "date": 1}},
    ],
)  # fmt: skip
def test_what_nobody_needs_may_be_whatever_it_is(content: Json) -> None:
    arrival = read_arrival(message(text="/portfolio", **content))
    assert arrival is not None
    assert arrival.text == "/portfolio"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"text": 5}, "text is no text"),
        ({"text": ["/portfolio"]}, "text is no text"),
        ({"from": [1]}, "from is missing or no object"),
        ({"from": {"id": "7"}}, "from.id is no id of a user"),
        ({"from": {"id": 2**63}}, "from.id is no id of a user"),
        ({"from": {"id": -7}}, "from.id is no id of a user"),
        ({"from": {"id": 0}}, "from.id is no id of a user"),
        ({"from": {"id": True}}, "from.id is no id of a user"),
        ({"chat": None}, "chat is missing or no object"),
        ({"message_id": None}, "message_id is no number"),
    ],
)
def test_what_is_wrong_is_told_by_its_name_and_not_by_what_it_says(content: Json, why: str) -> None:
    with pytest.raises(Unreadable, match=f"^{why}$"):
        read_arrival({"update_id": 1, "message": {**MESSAGE, "text": "SOL 60", **content}})


@pytest.mark.parametrize(
    "update",
    [
        {"quantum_message": MESSAGE},
        {"channel_post": MESSAGE},
        {"message": {**MESSAGE, "chat": {"id": 5, "type": "holodeck"}, "text": "/portfolio"}},
        {"message": {**MESSAGE, "chat": {"id": -5, "type": "channel"}, "text": "/portfolio"}},
        {"my_chat_member": {"chat": OWN}},
    ],
)
def test_what_is_nothing_to_us_is_passed_over(update: Json) -> None:
    assert read_arrival({"update_id": 1, **update}) is None


def test_a_press_without_a_line_or_a_message_is_only_acknowledged() -> None:
    for query in ({**QUERY, "data": ""}, {name: QUERY[name] for name in QUERY if name != "message"}):
        arrival = read_arrival({"update_id": 1, "callback_query": query})
        assert arrival is not None
        assert arrival.press == "9"
        assert not (arrival.private and arrival.text)


def test_a_text_is_kept_no_longer_than_it_takes_to_say_that_it_is_too_long() -> None:
    arrival = read_arrival(message(text="A " * 500_000))
    assert arrival is not None
    assert len(arrival.text) == MOST_TEXT


@given(
    st.builds(
        Arrival,
        st.integers(0, 2**60),
        st.sampled_from(["text", "other", "edited", "group", "press"]),
        st.integers(1, 2**51),
        st.integers(-(2**51), 2**51),
        st.booleans(),
        st.none() | st.integers(0, 2**31),
        st.text(st.characters(exclude_categories=["Cs"])),
        st.none() | st.text(),
    )
)
def test_what_was_kept_is_read_as_it_arrived(arrival: Arrival) -> None:
    assert read_kept(write_arrival(arrival), arrival.user, arrival.update) == arrival


@given(JSON | st.fixed_dictionaries({"update_id": JSON}, optional={"message": JSON, "callback_query": JSON}))
def test_nothing_that_can_come_is_worse_than_unreadable(raw: object) -> None:
    assert number_of(raw) is None or isinstance(number_of(raw), int)
    assert sender_of(raw) is None or isinstance(sender_of(raw), int)
    with suppress(Unreadable):
        assert read_arrival(raw) is None or number_of(raw) is not None


@pytest.mark.parametrize(
    ("other", "number"),
    [
        ({"message_id": 4}, 4),
        ({"message_id": "4"}, None),
        ({}, None),
        (None, None),
        ({"message_id": 2**70}, None),
    ],
)
def test_the_message_that_a_line_replies_to_is_kept_where_it_can_be_read(
    other: object, number: int | None
) -> None:
    arrival = read_arrival(message(text="2.5", reply_to_message=other))
    assert arrival == Arrival(1, "text", 7, 7, True, 5, "2.5", reply_to=number)
    assert read_kept(write_arrival(arrival), 7, 1) == arrival


def test_a_document_is_kept_by_its_id_name_and_size() -> None:
    document = {"file_id": "f1", "file_name": "coins.csv", "file_size": 20, "thumbnail": {"file_id": "t"}}
    chat = {"id": 7, "type": "private"}
    raw = {
        "update_id": 5,
        "message": {"message_id": 1, "chat": chat, "from": {"id": 7}, "document": document},
    }
    arrival = read_arrival(raw)
    assert arrival is not None
    assert arrival.kind == "file"
    assert arrival.file == SentFile("f1", "coins.csv", 20)
    assert read_kept(write_arrival(arrival), 7, 5) == arrival
