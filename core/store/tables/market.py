"""What is remembered of the market for everybody."""

from sqlalchemy import Column, Date, Float, String, Table, Text

from core.store.tables.columns import metadata
from core.store.types import Instant

looks = Table(
    "looks",
    metadata,
    Column("home", String, primary_key=True),
    Column("venue", String, primary_key=True),
    Column("at", Instant, nullable=False),
)

closes = Table(
    "closes",
    metadata,
    Column("venue", String, primary_key=True),
    Column("asset", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("price", Float(53), nullable=False),
)

collateral = Table(
    "collateral",
    metadata,
    Column("venue", String, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False, doc="JSON, figures as text"),
)
