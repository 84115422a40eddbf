"""Who may write to the bot: the owner's list, which outlives what anybody stores or forgets."""

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, String, Table

from core.store.tables.columns import metadata
from core.store.types import Instant

people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, doc="the Telegram user's id"),
    Column("role", String, nullable=False, doc="owner, member or removed"),
    Column("since", Instant, nullable=False, doc="when they came in or were removed"),
    Column("label", String, doc="what the owner calls them"),
    Column("announced", Boolean, nullable=False, default=True, doc="false: the owner is to be told"),
)
"""Who may write to the bot. It is the owner's list: who forgets their book stays on it."""

invites = Table(
    "invites",
    metadata,
    Column("code", LargeBinary, primary_key=True, doc="its hash"),
    Column("owner", Boolean, nullable=False, doc="whether it makes the owner"),
    Column("label", String),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
"""Codes that let one person in and are not used yet."""

strangers = Table(
    "strangers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("told_at", Instant, nullable=False, doc="when they were told that the bot is private"),
)
