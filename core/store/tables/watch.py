"""What a user wants to be told, the messages that came of it, and where they go."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from core.store.tables.columns import metadata, number_column, owner_column
from core.store.types import Instant

alerts = Table(
    "alerts",
    metadata,
    owner_column(),
    number_column(),
    Column("kind", String, nullable=False),
    Column("figure", String, nullable=False, doc="which of the kind's figures the tiers are of"),
    Column("subject", String, nullable=False, doc="empty for each one that the kind finds"),
    Column("side", String, nullable=False, doc="above, below or across"),
    Column("tiers", Text, nullable=False, doc="JSON: decimals as text, mildest first"),
    Column("mode", String, nullable=False, doc="on, silent or off"),
    Column("origin", String, nullable=False, doc="user or hedge"),
    Column("created_at", Instant, nullable=False),
    Column("snoozed_until", Instant),
    Column("states", Text, nullable=False, default="{}", doc="JSON: by exact subject how far it has gone"),
    Column("version", Integer, nullable=False, default=0, doc="counts every change of the row"),
)

notices = Table(
    "notices",
    metadata,
    owner_column(),
    Column("key", String, primary_key=True, doc="what it is about, without live figures: made once"),
    Column("alert", Integer, doc="the number of the alert that it came from"),
    Column("kind", String, nullable=False),
    Column("urgency", Integer, nullable=False, doc="0 liquidation and margin, 1 others, 2 digest"),
    Column("silent", Boolean, nullable=False),
    Column("body", Text, nullable=False, doc="JSON"),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String, nullable=False, doc="waiting, sending, sent, unknown or dropped"),
    Column("lease_until", Instant, doc="while it is being sent: until when nobody else sends it"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("message_id", BigInteger),
    Column("sent_at", Instant),
    Column("why", String, doc="why it was dropped"),
    Index(None, "state", "urgency", "due_at", "user_id"),
)

chats = Table(
    "chats",
    metadata,
    owner_column(),
    Column("chat_id", BigInteger, nullable=False, doc="where notices go; without a row the user's own chat"),
    Column("paused_at", Instant, doc="since when nothing is sent there"),
    Column("reason", String),
)
