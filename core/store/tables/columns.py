"""What all tables share: one metadata, whose names the migrations rely on, and the keys of a user's rows."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def owner_column() -> Column[int]:
    """Whose row it is: part of the primary key, gone when the user is."""
    return Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


def number_column() -> Column[int]:
    """Counts a user's rows from 1 on."""
    return Column("number", Integer, primary_key=True, autoincrement=False)
