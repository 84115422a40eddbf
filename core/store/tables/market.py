"""What is remembered of the market for everybody."""

from sqlalchemy import Column, Date, Float, LargeBinary, String, Table, Text

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

figures = Table(
    "figures",
    metadata,
    Column("venue", String, primary_key=True),
    Column("at", Instant, doc="when the prices were had; none where it was only asked for"),
    Column("body", LargeBinary, doc="packed, see core.store.market.figures"),
    Column("asked_at", Instant, doc="when somebody last asked for the venue, in any process"),
)
