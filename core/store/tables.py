"""The tables. Every change here is a migration in `alembic/versions` as well."""

from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from core.store.types import Exact, Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _owner() -> Column[int]:
    """Whose row it is: part of the primary key, gone when the user is."""
    return Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


users = Table(
    "users",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, doc="the Telegram user's id"),
    Column("created_at", Instant, nullable=False),
    Column("venue", String),
    Column("leverage", Exact),
    Column("coverage", Exact, nullable=False, default=Decimal(1)),
    Column("fee", Exact),
    Column("horizon_days", Integer, nullable=False, default=14),
)

holdings = Table(
    "holdings",
    metadata,
    _owner(),
    Column("asset", String, primary_key=True),
    Column("quantity", Exact, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    _owner(),
    Column("token", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

handled = Table(
    "handled",
    metadata,
    _owner(),
    Column("request", BigInteger, primary_key=True, autoincrement=False, doc="the Telegram update's id"),
    Column("at", Instant, nullable=False),
)


def _number() -> Column[int]:
    """Counts a user's rows from 1 on."""
    return Column("number", Integer, primary_key=True, autoincrement=False)


episodes = Table(
    "episodes",
    metadata,
    _owner(),
    _number(),
    Column("began", Instant, nullable=False),
    Column("ended", Instant, doc="null while a position is open"),
    Column("report", Text, doc="JSON, of an ended one"),
)

journal = Table(
    "journal",
    metadata,
    _owner(),
    _number(),
    Column("episode", Integer, nullable=False),
    Column("change", Integer, nullable=False, doc="the first entry recorded together with this one"),
    Column("kind", String, nullable=False, doc="fill, margin or void"),
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
    UniqueConstraint("user_id", "ticket", "leg"),
)
"""Append-only. A ticket's order is filled as shown once, whoever presses how often."""

steps = Table(
    "steps",
    metadata,
    _owner(),
    _number(),
    Column("episode", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("asset", String, nullable=False),
    Column("quantity", Exact, nullable=False),
    Column("price", Exact),
)

sizings = Table(
    "sizings",
    metadata,
    _owner(),
    _number(),
    Column("episode", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False, doc="JSON"),
)

tickets = Table(
    "tickets",
    metadata,
    _owner(),
    Column("token", String, primary_key=True),
    Column("number", Integer, nullable=False, doc="the newest has the largest"),
    Column("body", Text, nullable=False, doc="JSON"),
    Column("created_at", Instant, nullable=False),
)

data_keys = Table(
    "data_keys",
    metadata,
    _owner(),
    Column("version", Integer, nullable=False, doc="of the server key that wraps it"),
    Column("wrapped", LargeBinary, nullable=False),
)
"""What a user's secrets are sealed with, itself sealed."""

sealed = Table(
    "sealed",
    metadata,
    _owner(),
    Column("venue", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("stored_at", Instant, nullable=False),
)
"""The parts of users' read-only keys; each opens in its own place only."""

closes = Table(
    "closes",
    metadata,
    Column("venue", String, primary_key=True),
    Column("asset", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("price", Float(53), nullable=False),
)
