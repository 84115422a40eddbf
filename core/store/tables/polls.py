"""What is known of users' accounts at venues: how far they were read, and which of their trades."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from core.store.tables.columns import metadata, owner_column
from core.store.types import Instant

polls = Table(
    "polls",
    metadata,
    owner_column(),
    Column("venue", String, primary_key=True),
    Column("since", Instant, nullable=False, doc="trades before this moment are not asked for any more"),
    Column("due_at", Instant, nullable=False),
    Column("read_at", Instant, doc="when the account was last read; null before the first time"),
    Column("differs", Integer, nullable=False, doc="how often in a row it was not what the journal says"),
    Column("failures", Integer, nullable=False, doc="how often in a row it could not be read"),
    Column("rests", String, doc="why it is not read any more; null while it is"),
    Column("body", Text, doc="JSON: what the account was like when it was last read"),
    Index(None, "due_at"),
)
"""One row for each account that is read by itself."""

venue_trades = Table(
    "venue_trades",
    metadata,
    owner_column(),
    Column("venue", String, primary_key=True),
    Column("id", String, primary_key=True, doc="the venue's own name of the trade"),
    Column("at", Instant, nullable=False),
    Column("entry", Integer, doc="the number of its entry in the journal; null where another one has it"),
)
"""Trades of accounts that the journals have, each once."""
