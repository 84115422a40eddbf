"""Column types that give back exactly what was put in, on SQLite as on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Numeric, Text
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator, TypeEngine

DIGITS = 38
"""The most digits of an exact number, before and after the point together."""
PLACES = 18
"""The most digits after the point."""


class CannotKeep(DontWrapMixin, ValueError):
    """A value that the column could not give back unchanged. It was not written."""


def plain(number: Decimal) -> str:
    """The number in plain notation without needless zeros: `100`, `0.1`, `-2.5`, never `1E+2` or `-0`.

    It works on text, because arithmetic would round to the 28 digits of Python's default decimal context.
    """
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fits_column(number: Decimal) -> bool:
    """Whether an `Exact` column keeps the number as it is."""
    if not number.is_finite():
        return False
    if number and abs(number.adjusted()) > DIGITS:
        return False  # before a huge exponent is written out as millions of zeros
    whole, _, places = plain(number).lstrip("-").partition(".")
    return len(whole) <= DIGITS - PLACES and len(places) <= PLACES


class Exact(TypeDecorator[Decimal]):
    """A Decimal below 10^20 with at most 18 places: TEXT on SQLite, NUMERIC(38,18) on PostgreSQL.

    SQLite has no exact numbers and would turn one into a float. As text, equal numbers are equal texts, but
    they must be neither summed nor ordered there. Raises CannotKeep for anything that could not be given back
    unchanged.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric(DIGITS, PLACES))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise CannotKeep(f"an exact number must be a Decimal, not {type(value).__name__}")
        if not fits_column(value):
            raise CannotKeep(
                f"{value} cannot be kept exactly: it is not below 10^{DIGITS - PLACES} with {PLACES} places"
            )
        return plain(value) if dialect.name == "sqlite" else Decimal(plain(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(plain(Decimal(value)))


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime to the microsecond. SQLite keeps it as text.

    Raises CannotKeep for a datetime that is naive or not in UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, datetime) or value.utcoffset() != timedelta(0):
            raise CannotKeep(f"an instant must be an aware datetime in UTC: {value!r}")
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)
