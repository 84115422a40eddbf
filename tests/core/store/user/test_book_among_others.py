"""Many users at once: nobody's change is lost, and nobody's book is touched by another's."""

import asyncio
import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import AlreadyDone, BadInput
from core.domain.holding import HoldingChange
from core.store.database import Database
from core.store.user.book import Book, Preferences

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASSETS = ("BTC", "ETH", "SOL")


def book(database: Database, user: int, request: int | None = None) -> Book:
    return Book(database, user, now=NOW, request=request)


async def held(database: Database, user: int) -> dict[str, Decimal]:
    return {holding.asset: holding.quantity for holding in await book(database, user).holdings()}


async def test_fifty_writers_on_one_new_user_lose_nothing(database: Database) -> None:
    one = [HoldingChange("add", "SOL", Decimal("0.1"))]
    await asyncio.gather(*(book(database, 1, request).apply(one) for request in range(50)))
    assert await held(database, 1) == {"SOL": Decimal(5)}


async def test_fifty_writers_of_different_assets_lose_nothing(database: Database) -> None:
    await asyncio.gather(
        *(book(database, 1).apply([HoldingChange("add", f"A{n}", Decimal(n))]) for n in range(1, 51))
    )
    assert await held(database, 1) == {f"A{n}": Decimal(n) for n in range(1, 51)}


async def test_fifty_writers_on_many_users_lose_nothing(database: Database) -> None:
    changes = [
        (user, HoldingChange("add", asset, Decimal(user))) for user in range(1, 11) for asset in "ABABA"
    ]
    await asyncio.gather(*(book(database, user).apply([change]) for user, change in changes))
    for user in range(1, 11):
        assert await held(database, user) == {"A": Decimal(3 * user), "B": Decimal(2 * user)}


async def test_preferences_set_at_once_are_all_kept(database: Database) -> None:
    for round_ in range(1, 11):
        mine = book(database, 1)
        await asyncio.gather(
            mine.prefer(venue=f"venue{round_}"),
            mine.prefer(leverage=Decimal(round_)),
            mine.prefer(coverage=Decimal(1) / 2),
            mine.prefer(fee=Decimal(round_).scaleb(-4)),
            mine.prefer(horizon_days=round_),
        )
        assert await mine.preferences() == Preferences(
            f"venue{round_}", Decimal(round_), Decimal("0.5"), Decimal(round_).scaleb(-4), round_
        )


@dataclass
class Notes:
    """What one user's book should say, kept the simple way."""

    held: dict[str, Decimal] = field(default_factory=dict)
    preferences: Preferences = field(default_factory=Preferences)
    draft: str | None = None
    token: str | None = None
    requests: set[int] = field(default_factory=set)


async def agree(database: Database, user: int, notes: Notes) -> None:
    own = book(database, user)
    assert await held(database, user) == notes.held
    assert await own.preferences() == notes.preferences
    draft = await own.draft()
    assert (draft and (draft.token, draft.body)) == (notes.token and (notes.token, notes.draft))


async def change(database: Database, user: int, notes: Notes, kind: str, detail: Any) -> None:
    own = book(database, user)
    if kind == "add":
        asset, quantity, request = detail
        wanted = book(database, user, request).apply([HoldingChange("add", asset, quantity)])
        if request in notes.requests:
            with pytest.raises(AlreadyDone):
                await wanted
            return
        notes.held[asset] = notes.held.get(asset, Decimal(0)) + quantity
        notes.requests.add(request)
        assert await wanted == notes.held
    elif kind == "remove":
        wanted = own.apply([HoldingChange("remove", detail)])
        if detail not in notes.held:
            with pytest.raises(BadInput):
                await wanted
            return
        del notes.held[detail]
        assert await wanted == notes.held
    elif kind == "prefer":
        notes.preferences = replace(notes.preferences, **detail)
        assert await own.prefer(**detail) == notes.preferences
    elif kind == "save draft":
        notes.draft, notes.token = detail, await own.save_draft(detail)
    elif kind == "drop draft":
        assert await own.drop_draft() == (notes.token is not None)
        notes.draft = notes.token = None


async def use_draft(database: Database, user: int, notes: Notes, token: str | None) -> None:
    wanted = book(database, user).apply([HoldingChange("set", "SOL", Decimal(1))], draft=token or "00000000")
    if token is None or token != notes.token:
        with pytest.raises(AlreadyDone):
            await wanted
        return
    notes.held["SOL"] = Decimal(1)
    notes.draft = notes.token = None
    assert await wanted == notes.held


quantities = st.decimals("0.000000000000000001", "1000000", places=18)
steps = st.one_of(
    st.tuples(st.just("add"), st.tuples(st.sampled_from(ASSETS), quantities, st.integers(1, 9))),
    st.tuples(st.just("remove"), st.sampled_from(ASSETS)),
    st.tuples(
        st.just("prefer"),
        st.fixed_dictionaries(
            {},
            optional={"venue": st.sampled_from(["bybit", None]), "leverage": quantities, "fee": quantities},
        ),
    ),
    st.tuples(st.just("save draft"), st.sampled_from(["SOL 1", "ETH 2"])),
    st.tuples(st.just("drop draft"), st.none()),
    st.tuples(st.just("use own draft"), st.none()),
    st.tuples(st.just("use the other's draft"), st.none()),
)


def test_no_sequence_of_calls_touches_or_shows_another_users_book(
    opened: Database, runner: asyncio.Runner
) -> None:
    fresh = itertools.count(1)

    async def play(sequence: list[tuple[int, tuple[str, Any]]]) -> None:
        users = [next(fresh), next(fresh)]
        notes = [Notes(), Notes()]
        for who, (kind, detail) in sequence:
            if kind.startswith("use"):
                whose = who if kind == "use own draft" else 1 - who
                await use_draft(opened, users[who], notes[who], notes[whose].token)
            else:
                await change(opened, users[who], notes[who], kind, detail)
            for user, own in zip(users, notes, strict=True):
                await agree(opened, user, own)

    @given(st.lists(st.tuples(st.integers(0, 1), steps), max_size=12))
    def kept_apart(sequence: list[tuple[int, tuple[str, Any]]]) -> None:
        runner.run(play(sequence))

    kept_apart()
