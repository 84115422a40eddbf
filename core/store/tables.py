"""The tables. Every change here is a migration in `alembic/versions` as well."""

from decimal import Decimal

from sqlalchemy import BigInteger, Column, Date, Float, ForeignKey, Integer, MetaData, String, Table, Text

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

closes = Table(
    "closes",
    metadata,
    Column("venue", String, primary_key=True),
    Column("asset", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("price", Float(53), nullable=False),
)
