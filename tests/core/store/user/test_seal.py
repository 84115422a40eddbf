"""A sealed value opens in its own place, with its own key, unchanged; nowhere else."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.user.seal import NONCE_BYTES, CannotOpen, ServerKeys, TextSeal, Wrapped, read_server_keys

ONE = ServerKeys({1: b"1" * 32})
BOTH = ServerKeys({1: b"1" * 32, 2: b"2" * 32})
TWO = ServerKeys({2: b"2" * 32})


def as_setting(**keys: bytes) -> str:
    return json.dumps({name.removeprefix("v"): base64.b64encode(key).decode() for name, key in keys.items()})


@given(text=st.text(), user=st.integers(0, 2**62), venue=st.text(max_size=20), name=st.text(max_size=20))
def test_what_was_sealed_opens_where_it_was_sealed(text: str, user: int, venue: str, name: str) -> None:
    box = ONE.box(ONE.new_data_key(user), user)
    assert box.open(box.seal(text, venue=venue, name=name), venue=venue, name=name) == text


@pytest.mark.parametrize(
    ("venue", "name"), [("okx", "secret"), ("bybit", "apiKey"), ("", "bybitsecret"), ("bybits", "ecret")]
)
def test_it_does_not_open_at_another_venue_or_in_another_field(venue: str, name: str) -> None:
    box = ONE.box(ONE.new_data_key(7), 7)
    sealed = box.seal("hunter2", venue="bybit", name="secret")
    with pytest.raises(CannotOpen):
        box.open(sealed, venue=venue, name=name)


def test_it_does_not_open_for_another_user_even_with_the_same_data_key() -> None:
    data_key = ONE.new_data_key(7)
    sealed = ONE.box(data_key, 7).seal("hunter2", venue="bybit", name="secret")
    with pytest.raises(CannotOpen):
        ONE.box(data_key, 8)
    with pytest.raises(CannotOpen):
        ONE.box(ONE.new_data_key(8), 8).open(sealed, venue="bybit", name="secret")


@given(at=st.integers(0, 200), bit=st.integers(0, 7))
def test_no_bit_of_it_can_be_changed(at: int, bit: int) -> None:
    data_key = ONE.new_data_key(7)
    box = ONE.box(data_key, 7)
    sealed = bytearray(box.seal("hunter2", venue="bybit", name="secret"))
    sealed[at % len(sealed)] ^= 1 << bit
    with pytest.raises(CannotOpen):
        box.open(bytes(sealed), venue="bybit", name="secret")
    wrapped = bytearray(data_key.key)
    wrapped[at % len(wrapped)] ^= 1 << bit
    with pytest.raises(CannotOpen):
        ONE.box(Wrapped(1, bytes(wrapped)), 7)


@pytest.mark.parametrize("sealed", [b"", b"x", b"x" * NONCE_BYTES, b"x" * (NONCE_BYTES + 5)])
def test_what_is_too_short_to_be_sealed_is_refused_as_well(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        ONE.box(ONE.new_data_key(7), 7).open(sealed, venue="bybit", name="secret")


def test_the_same_text_is_never_sealed_the_same_way() -> None:
    box = ONE.box(ONE.new_data_key(7), 7)
    sealed = {box.seal("hunter2", venue="bybit", name="secret") for _ in range(50)}
    assert len({each[:NONCE_BYTES] for each in sealed}) == 50
    assert len({ONE.new_data_key(7).key for _ in range(50)}) == 50


def test_the_newest_server_key_wraps_and_an_older_one_still_opens() -> None:
    old = ONE.new_data_key(7)
    sealed = ONE.box(old, 7).seal("hunter2", venue="bybit", name="secret")
    assert BOTH.new_data_key(7).version == 2
    assert BOTH.box(old, 7).open(sealed, venue="bybit", name="secret") == "hunter2"
    new = BOTH.rewrap(old, 7)
    assert new.version == 2
    assert TWO.box(new, 7).open(sealed, venue="bybit", name="secret") == "hunter2"
    with pytest.raises(CannotOpen):
        TWO.box(old, 7)


def test_a_wrapped_key_does_not_pass_for_one_of_another_version() -> None:
    old = ONE.new_data_key(7)
    same = ServerKeys({1: b"1" * 32, 2: b"1" * 32})
    with pytest.raises(CannotOpen):
        same.box(Wrapped(2, old.key), 7)


def test_server_keys_are_read_by_version() -> None:
    keys = read_server_keys(as_setting(v1=b"1" * 32, v12=b"2" * 32))
    assert keys == ServerKeys({1: b"1" * 32, 12: b"2" * 32})
    assert keys.newest == 12


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "hunter2",
        '{"1": "hunter2"}',
        '{"1": 5}',
        '{"one": "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="}',
        '{"0": "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="}',
        '{"1": "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=!"}',
        '{"1": "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "1": "hunter2"}',
        as_setting(v1=b"1" * 31),
        as_setting(v1=b"1" * 32, v2=b"2" * 33),
        "[" * 100_000,
    ],
)
def test_server_keys_of_another_form_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(ValueError, match="must be JSON such as") as refused:
        read_server_keys(text)
    assert "hunter2" not in str(refused.value)
    assert "MTEx" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_keys_are_not_in_their_representations() -> None:
    box = ONE.box(ONE.new_data_key(7), 7)
    assert "111" not in repr(ONE) + repr(box)


@given(text=st.text(), user=st.integers(0, 2**62))
def test_a_text_opens_in_its_place_with_any_key_that_is_still_there(text: str, user: int) -> None:
    before, after = TextSeal.made_of(b"token"), TextSeal.made_of(b"server key", b"token")
    sealed = before.seal(text, "inbox", user)
    assert after.open(sealed, "inbox", user) == text
    for seal, place in (
        (before, ("inbox", user + 1)),
        (before, ("outbox", user)),
        (TextSeal.made_of(b"another"), ("inbox", user)),
    ):
        with pytest.raises(CannotOpen):
            seal.open(sealed, *place)


def test_the_newest_key_seals_and_none_is_shown() -> None:
    seal = TextSeal.made_of(b"new", b"old")
    assert TextSeal.made_of(b"new").open(seal.seal("hunter2", 7), 7) == "hunter2"
    assert repr(seal) == "TextSeal()"
