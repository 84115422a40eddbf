"""Users' exchange keys, which nobody can read without the server's keys."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from core.store.tables.columns import metadata, owner_column
from core.store.types import Instant

data_keys = Table(
    "data_keys",
    metadata,
    owner_column(),
    Column("version", Integer, nullable=False, doc="of the server key that wraps it"),
    Column("wrapped", LargeBinary, nullable=False),
)
"""What a user's secrets are sealed with, itself sealed."""

sealed = Table(
    "sealed",
    metadata,
    owner_column(),
    Column("venue", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("stored_at", Instant, nullable=False),
)
"""The parts of users' read-only keys; each opens in its own place only."""
