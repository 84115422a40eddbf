"""What one user is, wrote down and talks about: their settings, coins, drafts and open questions."""

from decimal import Decimal

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text

from core.store.tables.columns import metadata, owner_column
from core.store.types import Exact, Instant

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
    Column("quiet_from", Integer, doc="minutes after midnight, where the user is"),
    Column("quiet_to", Integer, doc="minutes after midnight, where the user is"),
    Column("timezone", String, doc="a name such as Europe/Berlin; null is UTC"),
    Column("digest_at", Integer, doc="minutes after midnight, where the user is; null for no digest"),
    Column("alerts_made", Integer, doc="numbers given to alerts so far: none is given twice"),
    Column("changes", Integer, doc="counts the transactions that have changed a row of theirs"),
    Column("touched", Instant, index=True, doc="by the database's clock: when a row of theirs last changed"),
    Column("mode", String, doc="how their account backs shorts; null is isolated"),
    Column("cash", Exact, doc="USD that there is for margin and fees; null sets no limit"),
    Column("capital_asked", Boolean, doc="whether they were asked once what may back their shorts"),
)

holdings = Table(
    "holdings",
    metadata,
    owner_column(),
    Column("asset", String, primary_key=True),
    Column("quantity", Exact, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

places = Table(
    "places",
    metadata,
    owner_column(),
    Column("asset", String, primary_key=True),
    Column("place", String, primary_key=True, doc="a venue's id, or the date until which they are locked"),
    Column("quantity", Exact, nullable=False, doc="part of the holding's; the rest of that lies elsewhere"),
)
"""The coins that are known to lie at a venue, or to be locked."""

drafts = Table(
    "drafts",
    metadata,
    owner_column(),
    Column("token", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

shown = Table(
    "shown",
    metadata,
    owner_column(),
    Column("line", String, nullable=False, doc="the command that shows these orders again"),
    Column("counts", Text, nullable=False, doc="JSON: contracts of each leg of a hedge"),
    Column("shown_at", Instant, nullable=False),
)
"""The orders that a user saw last."""

questions = Table(
    "questions",
    metadata,
    owner_column(),
    Column("line", String, nullable=False, doc="the command that the answer is put behind"),
    Column("bare", String, doc="the same for an answer of a number alone"),
    Column("message", BigInteger, doc="the Telegram message that asked it"),
    Column("asked_at", Instant, nullable=False),
)
"""The question of ours that a user has not answered yet."""

handled = Table(
    "handled",
    metadata,
    owner_column(),
    Column("request", BigInteger, primary_key=True, autoincrement=False, doc="the Telegram update's id"),
    Column("at", Instant, nullable=False),
)
