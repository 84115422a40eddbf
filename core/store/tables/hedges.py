"""The hedges of a user: every fill and correction, and what was held and aimed at meanwhile."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from core.store.tables.columns import metadata, number_column, owner_column
from core.store.types import Exact, Instant

episodes = Table(
    "episodes",
    metadata,
    owner_column(),
    number_column(),
    Column("began", Instant, nullable=False),
    Column("ended", Instant, doc="null while a position is open"),
    Column("report", Text, doc="JSON, of an ended one"),
    Column("stated", Integer, doc="how many ranges the report judged; null without a report"),
    Column("held", Integer, doc="how many of them held"),
)

journal = Table(
    "journal",
    metadata,
    owner_column(),
    number_column(),
    Column("episode", Integer, nullable=False),
    Column("change", Integer, nullable=False, doc="the first entry recorded together with this one"),
    Column("kind", String, nullable=False, doc="fill, margin, fate or void"),
    Column("source", String, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("voids", Integer, doc="of a void: the entry that is taken back"),
    Column("at", Instant),
    Column("venue", String),
    Column("symbol", String),
    Column("asset", String),
    Column("multiplier", Exact),
    Column("scale", Exact),
    Column("inverse", Boolean),
    Column("expiry", Instant),
    Column("count", Exact),
    Column("price", Exact),
    Column("fee", Exact),
    Column("margin", Exact),
    Column("index", Exact),
    Column("wanted", Exact),
    Column("ticket", String, doc="the token of the ticket that was followed"),
    Column("leg", Integer, doc="the order of the ticket that was filled as shown"),
    Column("settle", String, doc="null in fills older than this column: as listed"),
    Column("fate", String, doc="liquidated, doubtful or open"),
    Column("reason", String, doc="how a fate is known, or why the venue closed what a fill closes"),
    Column("mode", String, doc="how the account backs it; null where that was not said"),
    UniqueConstraint("user_id", "ticket", "leg"),
    Index(None, "user_id", "episode", "number"),
)
"""Append-only. A ticket's order is filled as shown once, whoever presses how often."""

tallies = Table(
    "tallies",
    metadata,
    owner_column(),
    number_column(),
    Column("through", Integer, nullable=False, doc="the number of the last entry that is in it"),
    Column("made_by", String, nullable=False, doc="the rules and fields of the program that made it"),
    Column("body", Text, nullable=False, doc="JSON"),
)
"""What the journal of an episode comes to, by its number. It can be made anew from it at any time."""

steps = Table(
    "steps",
    metadata,
    owner_column(),
    number_column(),
    Column("episode", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("asset", String, nullable=False),
    Column("quantity", Exact, nullable=False),
    Column("price", Exact),
)

sizings = Table(
    "sizings",
    metadata,
    owner_column(),
    number_column(),
    Column("episode", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False, doc="JSON"),
    Index(None, "user_id", "episode", "at"),
)

tickets = Table(
    "tickets",
    metadata,
    owner_column(),
    Column("token", String, primary_key=True),
    Column("number", Integer, nullable=False, doc="the newest has the largest"),
    Column("body", Text, nullable=False, doc="JSON"),
    Column("created_at", Instant, nullable=False),
)
