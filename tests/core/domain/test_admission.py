"""Who comes in by which code."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.admission import (
    CODE_BYTES,
    Invite,
    Member,
    Role,
    code_of,
    hashed,
    may_enter,
    opened_by,
    role_by,
)

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ANN, BEN = 7, 8
LATER = NOW + timedelta(hours=1)


def person(role: Role) -> Member:
    return Member(BEN, role, NOW)


@given(
    st.lists(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES), min_size=1, max_size=5, unique=True),
    st.data(),
)
def test_each_code_opens_its_own_invite_and_no_other(some: list[bytes], data: st.DataObject) -> None:
    codes = [code_of(each) for each in some]
    invites = [Invite(hashed(code), False, LATER, code) for code in codes]
    code = data.draw(st.sampled_from(codes))
    found = opened_by(code, invites, NOW)
    assert found is not None
    assert found.label == code
    assert code.encode() not in found.hashed


@given(st.text(max_size=70))
def test_anything_else_opens_none(text: str) -> None:
    assert opened_by(text, [Invite(hashed(code_of(bytes(CODE_BYTES))), False, LATER)], NOW) is None


def test_a_code_fits_into_a_link_to_a_bot() -> None:
    """Telegram takes up to 64 letters, digits, hyphens and underscores."""
    code = code_of(bytes(range(255, 255 - CODE_BYTES, -1)))
    assert len(code) == 22
    assert all(letter.isalnum() or letter in "-_" for letter in code)


@pytest.mark.parametrize(
    ("passed", "opens"), [(timedelta(0), True), (timedelta(minutes=59), True), (timedelta(hours=1), False)]
)
def test_an_invite_expires(passed: timedelta, opens: bool) -> None:
    assert (opened_by("a", [Invite(hashed("a"), False, LATER)], NOW + passed) is not None) is opens


@pytest.mark.parametrize(
    ("known", "public", "enters"),
    [
        (None, False, False),
        (None, True, True),
        (person("member"), False, True),
        (person("owner"), False, True),
        (person("removed"), False, False),
        (person("removed"), True, False),
    ],
)
def test_who_is_answered(known: Member | None, public: bool, enters: bool) -> None:
    assert may_enter(known, public=public) is enters


@pytest.mark.parametrize(
    ("owners", "known", "owner", "role"),
    [
        (True, None, None, "owner"),
        (True, person("member"), None, "owner"),
        (True, None, ANN, None),
        (True, person("owner"), BEN, None),
        (False, None, ANN, "member"),
        (False, person("removed"), ANN, "member"),
        (False, person("member"), ANN, None),
        (False, person("owner"), BEN, None),
    ],
)
def test_what_an_invite_makes_of_somebody(
    owners: bool, known: Member | None, owner: int | None, role: Role | None
) -> None:
    assert role_by(Invite(b"", owners, LATER), known, owner) == role
